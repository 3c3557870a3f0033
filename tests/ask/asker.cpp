#include "ask/ask.hpp"

int main(int argc, char** argv) { return argc == 3 ? rigfit::ask(argv[2]) : 2; }
