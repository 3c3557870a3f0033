// What a program of GNU's C++ library runs when an exception finds nobody (std::terminate). The library's own prints
// the exception's type, for which it brings the demangler of C++ names, 50 KB. This one says what the exception says.
#include <cstdio>
#include <cstdlib>
#include <exception>

namespace __gnu_cxx {  // NOLINT(bugprone-reserved-identifier): the place of the one that it replaces

void __verbose_terminate_handler();  // NOLINT(bugprone-reserved-identifier)

void __verbose_terminate_handler() {  // NOLINT(bugprone-reserved-identifier)
  try {
    if (std::current_exception()) throw;
    std::fputs("rigfit: internal error: terminated\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rigfit: internal error: %s\n", error.what());
  } catch (...) {
    std::fputs("rigfit: internal error: an exception of unknown type\n", stderr);
  }
  std::abort();
}

}  // namespace __gnu_cxx
