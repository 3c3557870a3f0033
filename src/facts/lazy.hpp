#pragma once

#include <memory>
#include <string_view>
#include <utility>

namespace rigfit {

/// A value that is read out of its bytes when it is first looked at: most of the rules are about machines other than
/// this one, and a run that takes milliseconds should not read them. The bytes have to outlive it. Copies share what
/// was read, until one of them is edited. Not for threads.
template <class T>
class Lazy {
 public:
  Lazy() = default;
  Lazy(T value) : value_(std::make_shared<T>(std::move(value))) {}
  Lazy(std::string_view bytes, T (*read)(std::string_view)) : bytes_(bytes), read_(read) {}

  const T& operator*() const {
    if (!value_) value_ = std::make_shared<T>(read_ ? read_(bytes_) : T{});
    return *value_;
  }
  const T* operator->() const { return &**this; }
  operator const T&() const { return **this; }
  T& edit() {
    if (value_.use_count() != 1) value_ = std::make_shared<T>(**this);
    return *value_;
  }

  auto begin() const { return (**this).begin(); }
  auto end() const { return (**this).end(); }

 private:
  mutable std::shared_ptr<T> value_;
  std::string_view bytes_;
  T (*read_)(std::string_view) = nullptr;
};

}  // namespace rigfit
