// Defaults of AddressSanitizer in the programs that tests let crash: the signal that ends them is what they report, and
// the sanitizer would turn it into an exit status. Their environment does not reach the children that `rigfit ask`
// starts. https://github.com/google/sanitizers/wiki/AddressSanitizerFlags
extern "C" const char* __asan_default_options();  // NOLINT(bugprone-reserved-identifier): the sanitizer's name for it

extern "C" const char* __asan_default_options() {  // NOLINT(bugprone-reserved-identifier)
  return "handle_segv=0:handle_abort=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0";
}
