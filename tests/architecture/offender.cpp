// Deliberately impure: tests/architecture/symbols.sh has to refuse it.
#include <cstdlib>

const char* home() { return std::getenv("HOME"); }
