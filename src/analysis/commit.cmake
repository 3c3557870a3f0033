# cmake -D SOURCE=FOLDER -D COMMIT=... -D OUTPUT=commit.hpp -P commit.cmake: the commit that is built, "+" when the sources were
# changed since; empty where there is no repository and COMMIT does not name it.
if(NOT COMMIT AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND git --no-optional-locks describe --always --dirty=+ --exclude=* --abbrev=9 WORKING_DIRECTORY ${SOURCE}
    OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define RIGFIT_COMMIT \"${COMMIT}\"\n")  # only when it says something new
