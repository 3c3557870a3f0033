#pragma once

#include <string_view>

namespace rigfit {

// What `rigfit ask` (src/ask), those that start it (src/collect) and the command line agree on.

// How `rigfit ask NAME` ends; from 2 on, a line on stderr says more.
inline constexpr int ask_answered = 0;          ///< with one JSON document on stdout; an error of the library is one
inline constexpr int ask_not_printed = 1;       ///< the answer could not be written
inline constexpr int ask_no_such_question = 2;  ///< or not with these arguments
inline constexpr int ask_library_absent = 3;
inline constexpr int ask_library_unusable = 4;  ///< it lacks a function, or could not be loaded

/// Begins a line on stderr that says where the question is.
inline constexpr std::string_view ask_progress_mark = "progress: ";

/// How the question is called that proves a platform: "prove-cuda".
inline constexpr std::string_view ask_prove_prefix = "prove-";

// Variables of the environment that carry what the user allows.
inline constexpr char ask_wake_variable[] = "RIGFIT_WAKE";                    ///< set: sleeping devices may be woken
inline constexpr char ask_proof_memory_variable[] = "RIGFIT_PROVE_MIB";       ///< device memory that a proof may take
inline constexpr char ask_proof_seconds_variable[] = "RIGFIT_PROVE_SECONDS";  ///< time that a proof may take of each

}  // namespace rigfit
