# suites.cmake: writes a file for ctest that knows the suites of one GoogleTest program, after it was linked.
# cmake -D program=FILE -D emulator=COMMAND -D prefix=NAME -D limit=SECONDS -D suites=FILE -P suites.cmake
execute_process(COMMAND ${emulator} ${program} --gtest_list_tests OUTPUT_VARIABLE listed RESULT_VARIABLE status)
string(REGEX MATCHALL "(^|\n)[^ \n]+\\.( |\n|$)" lines "${listed}")
if(NOT status EQUAL 0 OR NOT lines)
  message(FATAL_ERROR "${program} --gtest_list_tests lists no tests (${status})")
endif()
set(text "")
list(JOIN emulator "]] [[" run)
if(run)
  set(run "[[${run}]] ")
endif()
foreach(line IN LISTS lines)
  string(STRIP "${line}" line)
  string(REGEX REPLACE "\\.$" "" suite "${line}")
  string(APPEND text "add_test([[${prefix}.${suite}]] ${run}[[${program}]] [[--gtest_filter=${suite}.*]])\n"
    "set_tests_properties([[${prefix}.${suite}]] PROPERTIES TIMEOUT ${limit})\n")
endforeach()
file(WRITE ${suites} "${text}")
