#pragma once

#include "judge/recommend/recommend.hpp"

namespace rigfit {

/// One framework on one machine.
struct Seat {
  bool possible = false;    ///< it is ranked there: adequate, and removed by no demand
  std::string because_not;  ///< sentence
  Fraction score;           ///< of 100
  Fraction loss;            ///< against the best that is possible there
};

/// One framework for several machines.
struct CommonChoice {
  struct Row {
    std::string framework;
    std::vector<Seat> seats;  ///< one a machine, in their order
    std::size_t possible = 0;
    Fraction largest_loss, total_loss;  ///< over the machines where it is possible
  };
  std::vector<Row> rows;                          ///< best first
  std::vector<std::vector<std::string>> best_of;  ///< per machine: who is first there, several for a tie
  bool found = false;                             ///< the first row is possible everywhere
  bool is_tied = false;                           ///< the second is as good as the first
};

/// What fits the most machines comes first; among those, what loses least where it loses most, then in all. All
/// recommendations are for the same wishes.
CommonChoice choose_for_all(const std::vector<const Recommendation*>& machines);

/// The same where the seats are known already, and each stands for as many machines as `counts` says; where it says 0,
/// nothing was recommended. `best_of` stays empty.
CommonChoice choose_among(std::vector<CommonChoice::Row> rows, const std::vector<std::size_t>& counts);

}  // namespace rigfit
