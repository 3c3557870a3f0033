#pragma once

#include <optional>
#include <string>

#include "rules/book.hpp"

namespace rigfit {

/// The commands that put one build into a fresh virtual environment here, and check it.
struct Install {
  std::string python;       ///< "3.12": the Python that the commands use
  Truth python_here;        ///< whether the machine has it; unknown where nobody looked
  std::string python_note;  ///< sentence; empty where the machine has it
  std::string arguments;    ///< of "pip install", each after a space
  std::string pip, uv, check;
};

/// Whether a build has wheels for a Python ("3.12", "3.12.4").
bool takes_python(const Build& build, const Version& python);

/// "3.10 to 3.13"
std::string range_text(const PythonRange& python, std::string_view between = " to ");

/// `wanted`: the Python that was demanded. Else the newest one of this machine that the build takes; else the one that
/// the rules advise, which uv brings along. Commands are for the shell of the machine's system (cmd.exe on Windows).
/// `device`: the one that {device.…} in the packages means.
Install install_for(const Build& build, const Facts& facts, const Device* device,
                    const std::optional<Version>& wanted = std::nullopt);

}  // namespace rigfit
