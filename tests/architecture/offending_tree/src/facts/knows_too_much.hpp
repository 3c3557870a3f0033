// Deliberately wrong: facts may not know the judge. tests/architecture/includes.sh has to refuse it.
#include "judge/recommend/recommend.hpp"
