#include "ask/ask.hpp"

int main(int argc, char** argv) { return argc > 2 ? rigfit::ask({argv + 2, argv + argc}) : 2; }
