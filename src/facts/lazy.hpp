#pragma once

#include <atomic>
#include <cstddef>
#include <string_view>
#include <utility>

namespace rigfit {

/// A value that is read out of its bytes when it is first looked at: most of the rules are about machines other than
/// this one, and a run that takes milliseconds should not read them. The bytes have to outlive it. Copies share what
/// was read, until one of them is edited. Several threads may look at one at once: both may then read the bytes, and
/// both get the value that was there first. Only edit() and assignments need to be alone.
template <class T>
class Lazy {
 public:
  Lazy() = default;
  Lazy(T value) : kept_(new Kept{std::move(value)}) {}
  /// What `read` makes of `bytes` from `at` on.
  Lazy(std::string_view bytes, std::size_t at, T (*read)(std::string_view bytes, std::size_t at))
      : bytes_(bytes), at_(at), read_(read) {}

  Lazy(const Lazy& other) : kept_(other.shared()), bytes_(other.bytes_), at_(other.at_), read_(other.read_) {}
  Lazy(Lazy&& other) noexcept
      : kept_(other.kept_.exchange(nullptr)), bytes_(other.bytes_), at_(other.at_), read_(other.read_) {}
  Lazy& operator=(Lazy other) noexcept {
    other.kept_ = kept_.exchange(other.kept_);
    bytes_ = other.bytes_, at_ = other.at_, read_ = other.read_;
    return *this;
  }
  ~Lazy() { release(kept_); }

  const T& operator*() const {
    if (const Kept* kept = kept_.load(std::memory_order_acquire)) return kept->value;
    auto* fresh = new Kept{read_ ? read_(bytes_, at_) : T{}};
    Kept* first = nullptr;
    if (kept_.compare_exchange_strong(first, fresh, std::memory_order_acq_rel)) return fresh->value;
    delete fresh;
    return first->value;
  }
  const T* operator->() const { return &**this; }
  operator const T&() const { return **this; }
  T& edit() {
    Kept* kept = kept_;
    if (!kept || kept->owners != 1) {
      auto* own = new Kept{**this};
      release(kept_.exchange(own));
      return own->value;
    }
    return kept->value;
  }

  auto begin() const { return (**this).begin(); }
  auto end() const { return (**this).end(); }

 private:
  struct Kept {
    T value;
    std::atomic<std::size_t> owners = 1;
  };

  Kept* shared() const {
    Kept* kept = kept_.load(std::memory_order_acquire);
    if (kept) kept->owners.fetch_add(1, std::memory_order_relaxed);
    return kept;
  }
  static void release(Kept* kept) {
    if (kept && kept->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete kept;
  }

  mutable std::atomic<Kept*> kept_ = nullptr;
  std::string_view bytes_;
  std::size_t at_ = 0;
  T (*read_)(std::string_view, std::size_t) = nullptr;
};

}  // namespace rigfit
