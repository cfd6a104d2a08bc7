// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// What every Swift target is built with: `docs/DECISIONS.md` gives the reasons.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// Released programs bring Swift's library along: they start 8 ms sooner, and run where no Swift is.
let standalone: [LinkerSetting] = [
  .unsafeFlags(["-static-stdlib"], .when(configuration: .release))
]

/// A test target reads recordings and programs through the environment, never by a fixed path.
func test(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

/// An example that runs, with its page.
func example(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: ["Axon", "ExampleKit"] + dependencies, path: "Examples/\(name)",
    exclude: ["README.md"] + exclude, swiftSettings: strict)
}

let package = Package(
  name: "preview",
  products: [
    .library(name: "Axon", targets: ["Axon"]),
    .library(name: "AxonTestKit", targets: ["AxonTestKit"]),
    .library(name: "Internet", targets: ["Internet"]),
    .library(name: "Media", targets: ["Media"]),
    .executable(name: "previewd", targets: ["previewd"]),
    .executable(name: "previewclient", targets: ["previewclient"]),
  ],
  targets: [
    // C libraries: a module map and a shim each.
    .target(name: "CLinux"),
    .systemLibrary(
      name: "CFFmpeg", pkgConfig: "libavformat", providers: [.apt(["libavformat-dev"])]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CVorbis", pkgConfig: "vorbis", providers: [.apt(["libvorbis-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
    .systemLibrary(name: "CAO", pkgConfig: "ao", providers: [.apt(["libao-dev"])]),
    .systemLibrary(name: "CChafa", pkgConfig: "chafa", providers: [.apt(["libchafa-dev"])]),

    // The rooms, in the order in which they may import each other (DECISIONS.md, "Rooms").
    .target(name: "Axon", dependencies: ["CLinux"], swiftSettings: strict),
    .target(name: "AxonTestKit", dependencies: ["Axon"], swiftSettings: strict),
    .target(name: "Internet", dependencies: ["Axon", "CLinux"], swiftSettings: strict),
    .target(name: "Files", dependencies: ["Axon", "Internet", "CLinux"], swiftSettings: strict),
    .target(
      name: "Media", dependencies: ["Axon", "CTurboJPEG", "CVorbis", "CAO", "CZlib"],
      swiftSettings: strict),
    .target(name: "Recording", dependencies: ["Axon", "Media", "CFFmpeg"], swiftSettings: strict),
    .target(name: "Outputs", dependencies: ["Media", "CLinux"], swiftSettings: strict),
    .target(
      name: "Animation", dependencies: ["Outputs", "Media", "CFFmpeg"], swiftSettings: strict),
    .target(name: "Arguments", swiftSettings: strict),
    .target(name: "Terminal", dependencies: ["Media", "CLinux", "CChafa"], swiftSettings: strict),
    .target(
      name: "Processes", dependencies: ["Axon", "Internet", "Media", "CLinux", "CSeccomp"],
      swiftSettings: strict),
    .target(
      name: "Decoders", dependencies: ["Axon", "Files", "Media", "Processes"],
      swiftSettings: strict),
    .target(
      name: "PreviewServer",
      dependencies: [
        "Axon", "Internet", "Files", "Media", "Processes", "Decoders", "CLinux",
      ],
      swiftSettings: strict),
    .target(
      name: "Batch",
      dependencies: ["Axon", "Internet", "Files", "Media", "Processes", "Decoders", "Outputs"],
      swiftSettings: strict),
    .executableTarget(
      name: "previewd",
      dependencies: [
        "Axon", "Internet", "Files", "Media", "Recording", "Outputs", "Animation", "Arguments",
        "Processes", "Decoders", "Batch", "PreviewServer", "CLinux",
      ],
      swiftSettings: strict, linkerSettings: standalone),
    .executableTarget(
      name: "previewclient",
      dependencies: ["Axon", "Internet", "Media", "Arguments", "Terminal", "CLinux"],
      swiftSettings: strict, linkerSettings: standalone),
    // Small programs that are documentation.
    .target(
      name: "ExampleKit", dependencies: ["Axon"], path: "Examples/Kit", swiftSettings: strict),
    example("EchoServer", ["Internet"]),
    example("SimpleStreamingServer", ["Internet", "Media"]),
    example("SimpleStreamingClient", ["Internet", "Media"]),
    example("MulticastServer", ["Internet", "Media"]),
    example("MulticastClient", ["Internet", "Media"]),
    example("MimeDictOverTCP", ["Internet", "Media"]),
    example("LearningSystem", ["Terminal"], exclude: ["macbeth-1-3.txt"]),
    example("TraineeServer", ["Internet", "PreviewServer", "Recording"]),
    .executableTarget(
      name: "TestPicture", dependencies: ["Terminal"], path: "Examples/TestPicture",
      exclude: ["README.md"], swiftSettings: strict),

    .executableTarget(
      name: "Benchmarks", dependencies: ["Axon", "Internet", "Media", "Processes"],
      path: "Tests/Benchmarks/Program", swiftSettings: strict),

    // What the tests of Processes start.
    .executableTarget(
      name: "processes-child",
      dependencies: ["Axon", "Media", "Processes", "Decoders", "CLinux", "CSeccomp"],
      path: "Tests/ProcessesTests/Child", swiftSettings: strict),

    // Spoils recordings and has them decoded: `make fuzz`.
    .executableTarget(
      name: "previewd-fuzz", dependencies: ["Axon", "Internet", "Media", "Processes", "Decoders"],
      path: "Tests/Fuzz", swiftSettings: strict),

    test("AxonTests", ["Axon", "AxonTestKit"]),
    // Programs that must not compile, and their twins that do; the test compiles them.
    test("RefusalTests", ["Axon"], exclude: ["Programs"]),
    test("InternetTests", ["Axon", "Internet", "CLinux"]),
    test("FilesTests", ["Axon", "Files", "Internet"]),
    test("MediaTests", ["Axon", "AxonTestKit", "Media"]),
    test("RecordingTests", ["Axon", "Media", "Recording"]),
    test("BatchTests", ["Axon", "Media", "Decoders", "Outputs", "Batch"]),
    test("OutputsTests", ["Media", "Outputs", "Animation"], exclude: ["Checkers"]),
    test("ArgumentsTests", ["Arguments"]),
    test("TerminalTests", ["Media", "Terminal", "CLinux", "TestPicture"]),
    test(
      "ProcessesTests", ["Axon", "Media", "Internet", "Processes", "CLinux", "processes-child"],
      exclude: ["Child"]),
    test(
      "PreviewServerTests",
      ["Axon", "Internet", "Media", "Processes", "Decoders", "PreviewServer", "CLinux"]),
    test(
      "DecodersTests",
      [
        "Axon", "Internet", "Media", "Recording", "Processes", "Decoders", "processes-child",
        "previewd",
      ]),
    test("FuzzTests", ["Axon", "Media", "Decoders", "previewd-fuzz"]),
    test(
      "ProgramTests",
      [
        "Axon", "Internet", "Media", "CLinux", "previewd", "previewd-fuzz", "previewclient",
        "EchoServer",
        "SimpleStreamingServer", "SimpleStreamingClient", "MulticastServer", "MulticastClient",
        "MimeDictOverTCP", "LearningSystem", "TraineeServer",
      ],
      exclude: ["Clients"]),
  ]
)
