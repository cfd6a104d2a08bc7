// SPDX-License-Identifier: Apache-2.0
import Arguments
import Glibc

exit(run(program.readOrExit()))
