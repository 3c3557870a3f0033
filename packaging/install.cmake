# What `cmake --install` puts where. Component `rigfit`: the program, its manual pages and completions. Component
# `development`: the library of the pure run (src/analysis and what it needs) for find_package(rigfit).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS rigfit RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT rigfit)

# The program writes its manual pages and completions itself, from its table of commands.
set(documents ${CMAKE_BINARY_DIR}/documents)
add_custom_command(OUTPUT ${documents}/stamp
  COMMAND ${CMAKE_COMMAND} -D "RIGFIT=$<TARGET_FILE:rigfit>" -D "EMULATOR=${CMAKE_CROSSCOMPILING_EMULATOR}" -D "OUTPUT=${documents}"
    -P ${CMAKE_CURRENT_LIST_DIR}/documents.cmake
  DEPENDS rigfit ${CMAKE_CURRENT_LIST_DIR}/documents.cmake COMMENT "Writing manual pages and completions" VERBATIM)
add_custom_target(rigfit_documents ALL DEPENDS ${documents}/stamp)
install(DIRECTORY ${documents}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT rigfit OPTIONAL)
install(FILES ${documents}/rigfit.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME rigfit
  COMPONENT rigfit OPTIONAL)
install(FILES ${documents}/rigfit.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _rigfit
  COMPONENT rigfit OPTIONAL)
install(FILES ${documents}/rigfit.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
  COMPONENT rigfit OPTIONAL)

# One archive of the pure folders, so that users link one target and none of ours by its name.
add_library(rigfit_bundle STATIC)
foreach(part fmt text evidence facts probes rules embedded_rules judge analysis report)
  target_sources(rigfit_bundle PRIVATE $<TARGET_OBJECTS:rigfit_${part}>)
endforeach()
set_target_properties(rigfit_bundle PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME rigfit EXPORT_NAME rigfit)
target_compile_features(rigfit_bundle INTERFACE cxx_std_20)
target_include_directories(rigfit_bundle INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/rigfit>)
target_link_libraries(rigfit_bundle INTERFACE tl::expected $<LINK_ONLY:pugixml::pugixml> $<LINK_ONLY:ZLIB::ZLIB>)
install(TARGETS rigfit_bundle EXPORT rigfit-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)

set(headers ${CMAKE_INSTALL_INCLUDEDIR}/rigfit)
foreach(folder text evidence facts rules judge analysis)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/src/${folder} DESTINATION ${headers} COMPONENT development
    FILES_MATCHING PATTERN "*.hpp" PATTERN "json.hpp" EXCLUDE PATTERN "reader.hpp" EXCLUDE PATTERN "strict_json.hpp" EXCLUDE)
endforeach()
install(FILES ${CMAKE_SOURCE_DIR}/src/report/report.hpp ${CMAKE_SOURCE_DIR}/src/report/formats.hpp
  DESTINATION ${headers}/report COMPONENT development)
install(FILES ${CMAKE_SOURCE_DIR}/probes/probe.hpp DESTINATION ${headers}/probes COMPONENT development)
install(DIRECTORY ${CMAKE_BINARY_DIR}/generated/fact_names DESTINATION ${headers} COMPONENT development)

set(config ${CMAKE_INSTALL_LIBDIR}/cmake/rigfit)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/rigfit-config.cmake.in ${CMAKE_BINARY_DIR}/rigfit-config.cmake
  INSTALL_DESTINATION ${config})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/rigfit-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/rigfit-config.cmake ${CMAKE_BINARY_DIR}/rigfit-config-version.cmake
  DESTINATION ${config} COMPONENT development)
install(EXPORT rigfit-targets NAMESPACE rigfit:: DESTINATION ${config} COMPONENT development)
