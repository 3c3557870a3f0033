# cmake -DFOLDER=probes -DOUTPUT=probes.cpp -P list_probes.cmake: writes the list of all probes: each folder FOLDER/NAME
# whose NAME.hpp says `extern const Probe NAME_probe;` has one. (An object that registers itself inside an archive would
# be dropped by the linker.)
file(GLOB headers ${FOLDER}/*/*.hpp)
set(names)
foreach(header ${headers})
  file(STRINGS ${header} declared REGEX "^extern const Probe [a-z0-9_]+_probe;")
  foreach(line ${declared})
    string(REGEX REPLACE "^extern const Probe ([a-z0-9_]+_probe);.*" "\\1" name "${line}")
    list(APPEND names ${name})
  endforeach()
endforeach()
set(declarations)
set(pointers)
foreach(name ${names})
  string(APPEND declarations "extern const Probe ${name};\n")
  string(APPEND pointers "&${name}, ")
endforeach()
set(text "// Made by probes/list_probes.cmake.
#include \"probes/in_order.hpp\"

namespace rigfit {

${declarations}
std::span<const Probe* const> all_probes() {
  static const std::vector<const Probe*> probes = in_order({${pointers}});
  return probes;
}

}  // namespace rigfit
")
set(before "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
