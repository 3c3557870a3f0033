# cmake -D RIGFIT=PROGRAM -D EMULATOR=... -D OUTPUT=FOLDER -P documents.cmake: writes man1/*.1, rigfit.bash, rigfit.zsh and
# rigfit.fish as the program prints them from its table of commands.
file(REMOVE_RECURSE ${OUTPUT})
file(MAKE_DIRECTORY ${OUTPUT}/man1)

function(write)
  execute_process(COMMAND ${EMULATOR} ${RIGFIT} ${ARGN} ERROR_VARIABLE said RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "rigfit ${ARGN}: ${said}")
  endif()
endfunction()

write(man --all ${OUTPUT}/man1)
foreach(shell bash zsh fish)
  write(completions ${shell} --output ${OUTPUT}/rigfit.${shell})
endforeach()
file(TOUCH ${OUTPUT}/stamp)
