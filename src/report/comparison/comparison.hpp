#pragma once

#include <string>
#include <vector>

#include "judge/recommend/recommend.hpp"

namespace rigfit {

/// The candidates factor by factor, for the formats that show them as a table.
struct Comparison {
  enum class Mark { none, wins, ties };
  enum class Standing { ranked, behind, removed };

  /// A named sub-score that a rating is the weighted mean of.
  struct Part {
    std::string name;
    std::string score;  ///< as that of a cell
    int weight = 0;
    CitedSentence sentence;
  };
  struct Cell {
    std::string score;  ///< "70", or "0-100" where it is not settled
    Mark mark = Mark::none;
    CitedSentence sentence;
    std::vector<Part> parts;  ///< none where it was rated as a whole, or where a single one counts
  };
  struct Row {
    const Factor* factor = nullptr;
    int points = 0;
    std::vector<Cell> cells;  ///< one a column
  };
  struct Column {
    std::size_t candidate = 0;  ///< index into Recommendation::candidates
    Standing standing = Standing::ranked;
    bool is_first = false;    ///< of the ranking; several for a tie
    std::string because_not;  ///< sentence, of those that are not ranked
    std::string total;        ///< "91.4", or "71.0-80.0" where a score of it is not settled
    int wins = 0;             ///< factors won
  };

  std::vector<Column> columns;  ///< two in the order they were asked for, more from the best on
  std::vector<Row> rows;
  int ties = 0;  ///< factors that nobody wins
};

Comparison comparison_of(const Recommendation& recommendation);

/// What it would take for another to be first.
struct Threshold {
  const Factor* factor = nullptr;
  int points_now = 0;
  std::string others_first;  ///< "JAX above 63.2 points"; empty: nobody, whatever the points
};

/// One a factor, its priority alone being changed; none where nobody else is ranked or where the first place is shared.
std::vector<Threshold> thresholds_of(const Recommendation& recommendation);

/// How firm the first place is, as sentences: what the unknown facts and other priorities could change.
std::vector<std::string> firmness_of(const Recommendation& recommendation);

}  // namespace rigfit
