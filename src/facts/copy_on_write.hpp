#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace rigfit {

/// A value whose copies are one and the same until one of them is edited: what-ifs copy all facts of a machine and
/// change a few. As with any value, several threads may read one and copy it; edit() and assignments need to be alone.
/// A reference that edit() gave is for use at once: a copy that is made later shares what it refers to.
template <class T>
class CopyOnWrite {
 public:
  CopyOnWrite() = default;
  CopyOnWrite(const CopyOnWrite& other) : kept_(other.kept_) {
    if (kept_) kept_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  CopyOnWrite(CopyOnWrite&& other) noexcept : kept_(std::exchange(other.kept_, nullptr)) {}
  CopyOnWrite& operator=(CopyOnWrite other) noexcept {
    std::swap(kept_, other.kept_);
    return *this;
  }
  ~CopyOnWrite() {
    if (kept_ && kept_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete kept_;
  }

  const T& operator*() const { return kept_ ? kept_->value : nothing(); }
  const T* operator->() const { return &**this; }
  T& edit() {
    if (!kept_)
      kept_ = new Kept;
    else if (kept_->owners.load(std::memory_order_acquire) != 1)
      *this = CopyOnWrite(new Kept{kept_->value});
    return kept_->value;
  }

 private:
  struct Kept {
    T value = {};
    std::atomic<std::size_t> owners = 1;
  };

  explicit CopyOnWrite(Kept* own) : kept_(own) {}
  static const T& nothing() {
    static const T none{};
    return none;
  }

  Kept* kept_ = nullptr;  ///< none for T{}
};

}  // namespace rigfit
