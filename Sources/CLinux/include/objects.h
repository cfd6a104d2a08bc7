// SPDX-License-Identifier: Apache-2.0
// What the Swift runtime does for a weak reference: it is exported, but the language has no name
// for it.
#pragma once

/// Retains a Swift object and returns it, or NULL when its end has begun.
void *clinux_try_retain(void *object);
