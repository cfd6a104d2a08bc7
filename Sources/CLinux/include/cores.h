// SPDX-License-Identifier: Apache-2.0
// Which cores the process may use. `cpu_set_t` is worked by macros, which Swift doesn't import.
#pragma once

/// Cores that the calling thread may run on.
int clinux_cores(void);
/// Keeps the calling thread to the core with this number among those it may use, in turn.
void clinux_pin(int number);
