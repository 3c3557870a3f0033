#include "ask/ask.hpp"

#include <cstdio>

#include "ask/cuda/cuda.hpp"
#include "ask/gpu_code.hpp"
#include "ask/groups.hpp"
#include "ask/hip/hip.hpp"
#include "ask/level_zero/level_zero.hpp"
#include "ask/library.hpp"
#include "ask/metal/metal.hpp"
#include "ask/metal/metal_proof.hpp"
#include "ask/nvml/nvml.hpp"
#include "ask/tpu/tpu_holders.hpp"
#include "ask/tpu/tpu_proof.hpp"
#include "evidence/ask_protocol.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

struct Question {
  const char* name;
  int (*answer)(const Words& arguments);
};

// One a line, so that two who add one do not meet.
constexpr Question questions[] = {
    {"nvml", ask_nvml},                //
    {"cuda", ask_cuda},                //
    {"prove-cuda", prove_cuda},        //
    {"gpu-code", ask_gpu_code},        //
    {"hip", ask_hip},                  //
    {"prove-rocm", prove_rocm},        //
    {"groups", ask_groups},            //
    {"metal", ask_metal},              //
    {"prove-mps", prove_mps},          //
    {"prove-tpu", prove_tpu},          //
    {"prove-xpu", prove_xpu},          //
    {"tpu-holders", ask_tpu_holders},  //
    {"level-zero", ask_level_zero}     //
};

}  // namespace

int ask(const Words& words) {
  const std::string name = words.empty() ? "" : words.front();
  for (const Question& question : questions)
    if (name == question.name) {
      keep_stdout_for_the_answer();
      return question.answer({words.begin() + 1, words.end()});
    }
  std::string known;
  for (const Question& question : questions) append_to_list(known, question.name);
  std::fprintf(stderr, "no question \"%s\"; there are: %s\n", name.c_str(), known.c_str());
  return ask_no_such_question;
}

}  // namespace rigfit
