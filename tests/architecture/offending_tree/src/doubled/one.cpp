// Each is right; as one unit they are not.
namespace rigfit {
namespace {

int twice_defined(int number) { return number; }

}  // namespace

int one() { return twice_defined(1); }

}  // namespace rigfit
