// operator new and delete of the program, not of its libraries. A run makes some 17 000 small values and ends after
// milliseconds; malloc(3) took a quarter of its instructions. Small blocks come from a fixed piece of memory, cut into
// pages of one size each, so that a block's size follows from its address; all else, and what comes once that piece is
// used up, is malloc's: where that were 2 MiB, each of many machines that are judged together would take a fifth more.
// Not where sanitizers watch each block: see src/cli/CMakeLists.txt.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t page_size = 4096, pages = 4096, largest = 512, step = 16;

// Multiples of 16, as malloc's blocks fit any type without an alignment of its own. 21 blocks of 192 bytes fill a page
// as well as those of 176 would, and each size more is a page more that is touched.
constexpr std::uint16_t sizes[] = {16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 256, 320, 384, 512};
constexpr std::size_t kinds = sizeof sizes / sizeof *sizes;

struct KindBySteps {
  std::uint8_t at[largest / step + 1] = {};
  constexpr KindBySteps() {
    for (std::size_t steps = 0, kind = 0; steps <= largest / step; ++steps) {
      while (sizes[kind] < steps * step) ++kind;
      at[steps] = static_cast<std::uint8_t>(kind);
    }
  }
};
constexpr KindBySteps kind_by_steps;

struct Free {
  Free* next;
};

// Untouched pages of it cost nothing.
alignas(page_size) unsigned char memory[pages * page_size];
std::uint8_t kind_of_page[pages];
std::atomic<std::size_t> pages_used = 0;

/// A thread's blocks of one size. A block that another thread gives back stays with that one.
struct Stock {
  Free* free;
  unsigned char *fresh, *end;
};
constinit thread_local Stock stocks[kinds] = {};

void* from_malloc(std::size_t size) {
  for (;;) {
    if (void* block = std::malloc(size ? size : 1)) return block;
    const std::new_handler handler = std::get_new_handler();
    if (!handler) throw std::bad_alloc();
    handler();
  }
}

[[gnu::noinline]] void* from_fresh(Stock& stock, std::size_t kind) {
  const std::size_t size = sizes[kind];
  if (static_cast<std::size_t>(stock.end - stock.fresh) < size) {
    if (pages_used.load(std::memory_order_relaxed) >= pages) return from_malloc(size);
    const std::size_t page = pages_used.fetch_add(1, std::memory_order_relaxed);
    if (page >= pages) return from_malloc(size);
    kind_of_page[page] = static_cast<std::uint8_t>(kind);
    stock.fresh = memory + page * page_size;
    stock.end = stock.fresh + page_size;
  }
  void* block = stock.fresh;
  stock.fresh += size;
  return block;
}

void give_back(void* block) noexcept {
  const std::size_t at = reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(memory);
  if (at >= sizeof memory) return std::free(block);
  Stock& stock = stocks[kind_of_page[at / page_size]];
  stock.free = ::new (block) Free{stock.free};
}

}  // namespace

void* operator new(std::size_t size) {
  if (size > largest) return from_malloc(size);
  const std::size_t kind = kind_by_steps.at[(size + step - 1) / step];
  Stock& stock = stocks[kind];
  Free* block = stock.free;
  if (!block) return from_fresh(stock, kind);
  stock.free = block->next;
  return block;
}

// Those of arrays and those that return null call these.
void operator delete(void* block) noexcept { give_back(block); }
void operator delete(void* block, std::size_t) noexcept { give_back(block); }
