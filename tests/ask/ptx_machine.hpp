// Runs the part of PTX that small integer kernels use, on host memory, so that a fake libcuda does what the text it is
// given says. https://docs.nvidia.com/cuda/parallel-thread-execution/
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace fake {

class PtxKernel {
 public:
  /// False when something is not understood; `problem` says what.
  bool load(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (const auto comment = line.find("//"); comment != std::string::npos) line.resize(comment);
      std::string word;
      std::istringstream words(line);
      if (!(words >> word) || word == "{" || word == "}" || word == ".address_size" || word == ".reg") continue;
      if (word == ".version") words >> version;
      if (word == ".target") words >> word, target = std::stoi(word.substr(3)), word = ".target";
      if (word == ".visible") words >> word >> name, name = name.substr(0, name.find('('));
      if (word == ".param") {
        words >> word >> word;
        parameters_.push_back(word.substr(0, word.find_first_of(",)")));
        continue;
      }
      if (word[0] == '.') continue;
      if (word.back() == ':') {
        labels_[word.substr(0, word.size() - 1)] = code_.size();
        continue;
      }
      if (!decode(line)) return problem = "not understood: " + line, false;
    }
    return !name.empty() && !code_.empty();
  }

  /// All threads of a grid, one after the other. `parameters`: addresses of the values, as cuLaunchKernel is given
  /// them.
  void run(unsigned blocks, unsigned threads, void** parameters) const {
    std::vector<std::uint64_t> registers(names_.size());
    for (unsigned block = 0; block < blocks; ++block)
      for (unsigned thread = 0; thread < threads; ++thread) {
        set(registers, "%ctaid.x", block), set(registers, "%ntid.x", threads), set(registers, "%tid.x", thread);
        run_thread(registers, parameters);
      }
  }

  std::string version, name, problem;
  int target = 0;

 private:
  struct Operand {
    int index = -1;  // of a register, or of a parameter
    std::uint64_t value = 0;
  };
  struct Instruction {
    std::string op;
    bool is_64 = false;
    int guard = -1;
    std::vector<Operand> operands;
    std::string label;
    int kind = 0;
  };
  enum Kind { load_parameter, move, multiply_add, at_least, branch, multiply_wide, add, load_word, store_word, leave };

  void set(std::vector<std::uint64_t>& registers, const char* special, std::uint64_t value) const {
    if (const auto it = names_.find(special); it != names_.end())
      registers[static_cast<std::size_t>(it->second)] = value;
  }

  int number_of(const std::string& register_name) {
    return names_.emplace(register_name, static_cast<int>(names_.size())).first->second;
  }

  bool decode(const std::string& line) {
    std::string text = line.substr(0, line.find(';'));
    for (char& c : text)
      if (c == ',' || c == '[' || c == ']') c = ' ';
    std::istringstream words(text);
    Instruction now;
    words >> now.op;
    if (now.op[0] == '@') now.guard = number_of(now.op.substr(1)), words >> now.op;
    for (std::string word; words >> word;) {
      if (word[0] == '%')
        now.operands.push_back({number_of(word), 0});
      else if (word[0] >= '0' && word[0] <= '9')
        now.operands.push_back({-1, std::stoull(word)});
      else
        now.label = word;
    }
    static const std::map<std::string, int> kinds{{"ld.param.u64", load_parameter},
                                                  {"ld.param.u32", load_parameter},
                                                  {"mov.u32", move},
                                                  {"cvta.to.global.u64", move},
                                                  {"mad.lo.u32", multiply_add},
                                                  {"setp.ge.u32", at_least},
                                                  {"bra", branch},
                                                  {"mul.wide.u32", multiply_wide},
                                                  {"add.u64", add},
                                                  {"ld.global.u32", load_word},
                                                  {"st.global.u32", store_word},
                                                  {"ret", leave}};
    const auto kind = kinds.find(now.op);
    if (kind == kinds.end()) return false;
    now.kind = kind->second;
    now.is_64 = now.op.ends_with("64");
    if (now.kind == load_parameter) {
      std::size_t n = 0;
      while (n < parameters_.size() && parameters_[n] != now.label) ++n;
      if (n == parameters_.size()) return false;
      now.operands.push_back({-1, n});
    }
    code_.push_back(std::move(now));
    return true;
  }

  void run_thread(std::vector<std::uint64_t>& r, void** parameters) const {
    for (std::size_t at = 0; at < code_.size(); ++at) {
      const Instruction& now = code_[at];
      if (now.guard >= 0 && r[static_cast<std::size_t>(now.guard)] == 0) continue;
      const auto in = [&](std::size_t n) {
        const Operand& operand = now.operands[n];
        return operand.index < 0 ? operand.value : r[static_cast<std::size_t>(operand.index)];
      };
      const auto out = [&](std::uint64_t value) { r[static_cast<std::size_t>(now.operands[0].index)] = value; };
      switch (now.kind) {
        case load_parameter: {
          std::uint64_t value = 0;
          std::memcpy(&value, parameters[in(1)], now.is_64 ? 8 : 4);
          out(value);
          break;
        }
        case move:
          out(in(1));
          break;
        case multiply_add:
          out(static_cast<std::uint32_t>(in(1) * in(2) + in(3)));
          break;
        case at_least:
          out(static_cast<std::uint32_t>(in(1)) >= static_cast<std::uint32_t>(in(2)));
          break;
        case branch:
          at = labels_.at(now.label) - 1;
          break;
        case multiply_wide:
          out(in(1) * in(2));
          break;
        case add:
          out(in(1) + in(2));
          break;
        case load_word:
          out(*reinterpret_cast<const std::uint32_t*>(in(1)));
          break;
        case store_word:
          *reinterpret_cast<std::uint32_t*>(in(0)) = static_cast<std::uint32_t>(in(1));
          break;
        case leave:
          return;
      }
    }
  }

  std::vector<std::string> parameters_;
  std::map<std::string, int> names_;
  std::map<std::string, std::size_t> labels_;
  std::vector<Instruction> code_;
};

}  // namespace fake
