#pragma once

#include <string_view>
#include <utility>

namespace rigfit {

/// A value that is read out of its bytes when it is first looked at: most of the rules are about machines other than
/// this one, and a run that takes milliseconds should not read them. The bytes have to outlive it. Not for threads.
template <class T>
class Lazy {
 public:
  Lazy() = default;
  Lazy(T value) : value_(std::move(value)) {}
  Lazy(std::string_view bytes, T (*read)(std::string_view)) : bytes_(bytes), read_(read) {}

  const T& operator*() const {
    if (read_) value_ = std::exchange(read_, nullptr)(bytes_);
    return value_;
  }
  const T* operator->() const { return &**this; }
  operator const T&() const { return **this; }
  T& edit() { return const_cast<T&>(**this); }  // of this object, which is not const here

  auto begin() const { return (**this).begin(); }
  auto end() const { return (**this).end(); }

 private:
  mutable T value_{};
  std::string_view bytes_;
  mutable T (*read_)(std::string_view) = nullptr;
};

}  // namespace rigfit
