// SPDX-License-Identifier: Apache-2.0

/// Bytes on their way between components: immutable once sent, shared without a copy.
public typealias Bytes = [UInt8]
