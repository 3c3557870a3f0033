# rigfit_embed_page(TARGET NAME): NAME.html, NAME.css and NAME.js of the folder html/ as strings in a target, by
# html/assets.cpp.in, which names them NAME_html, NAME_css, NAME_js and the SHA-256 of the latter two.
function(rigfit_embed_page target name)
  foreach(kind html css js)
    set(file ${CMAKE_CURRENT_SOURCE_DIR}/html/${name}.${kind})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} ${name}_${kind})
    string(SHA256 ${name}_${kind}_sha256 "${${name}_${kind}}")
  endforeach()
  configure_file(html/assets.cpp.in ${name}_assets.cpp @ONLY)
  target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${name}_assets.cpp)
endfunction()
