// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <seccomp.h>
#include <stdint.h>
#include <sys/prctl.h>

// Macros that Swift can't import: what becomes of a call.
static const uint32_t CSECCOMP_ALLOW = SCMP_ACT_ALLOW;
static const uint32_t CSECCOMP_TRAP = SCMP_ACT_TRAP;
static inline uint32_t cseccomp_refuse(uint16_t code) { return SCMP_ACT_ERRNO(code); }

// Words of calls that filters look at and Glibc's module lacks. The kernel's headers of the first two
// define flock once more, which no two modules may.
static const uint64_t CSECCOMP_NEW_THREAD = 0x00010000;  // CLONE_THREAD
static const uint64_t CSECCOMP_NO_PATH = 0x1000;         // AT_EMPTY_PATH
static const uint64_t CSECCOMP_NAME_THREAD = PR_SET_NAME;
