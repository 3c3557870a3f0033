#pragma once

#include <memory>
#include <utility>

#include "rules/book.hpp"

namespace rigfit {

/// A rule book that several analyses own together, and that stays where it is: what they judge points into it. There
/// is always one. Any number of threads may use it at once.
class SharedRules {
 public:
  explicit SharedRules(RuleBook book) : book_(std::make_shared<const RuleBook>(std::move(book))) {}
  SharedRules(const SharedRules&) = default;  // which is also what moving does: nobody is left without a book
  SharedRules& operator=(const SharedRules&) = default;

  const RuleBook& operator*() const { return *book_; }
  const RuleBook* operator->() const { return book_.get(); }

 private:
  std::shared_ptr<const RuleBook> book_;
};

}  // namespace rigfit
