# The page's stylesheet, made from packages of npm while building: package-lock.json says which, to the byte. Nothing of them
# is in the repository, and nothing of npm runs in the daemon.
find_program(NPM npm)
find_program(NODE NAMES node nodejs)
if(NOT NPM OR NOT NODE)
  message(FATAL_ERROR "The page is made with packages of npm, and npm is not here.\n"
    "Install it (apt-get install nodejs npm) or run deploy/quickstart.sh, which does.")
endif()

set(page_assets ${CMAKE_CURRENT_LIST_DIR})
set(page_npm ${PROJECT_BINARY_DIR}/npm)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page_assets}/package-lock.json)
file(SHA256 ${page_assets}/package-lock.json page_lock)
set(page_lock_installed "")
if(EXISTS ${page_npm}/installed)
  file(READ ${page_npm}/installed page_lock_installed)
endif()
if(NOT page_lock STREQUAL page_lock_installed)
  file(COPY ${page_assets}/package.json ${page_assets}/package-lock.json DESTINATION ${page_npm})
  execute_process(
    COMMAND ${NPM} ci --ignore-scripts --omit=optional --prefer-offline --no-audit --no-fund --loglevel=error
    WORKING_DIRECTORY ${page_npm} RESULT_VARIABLE page_npm_failed OUTPUT_QUIET ERROR_VARIABLE page_npm_says)
  if(page_npm_failed)
    message(FATAL_ERROR "npm could not install what the page is made with:\n${page_npm_says}\n"
      "It asks the registry that npm is set up for (npm config get registry); behind a proxy set npm's https-proxy.")
  endif()
  file(WRITE ${page_npm}/installed ${page_lock})
endif()

# Where classes are named; what nobody names is left out of the stylesheet.
file(GLOB page_class_names CONFIGURE_DEPENDS ${page_assets}/../*.mustache ${page_assets}/../look.cpp ${page_assets}/../chart.cpp ${page_assets}/page.js)
set(page_style ${CMAKE_CURRENT_BINARY_DIR}/barometer.css)
add_custom_command(OUTPUT ${page_style} ${page_style}.gz
  COMMAND ${NODE} ${page_assets}/build.mjs ${page_npm}/node_modules ${page_style} ${page_class_names}
  DEPENDS ${page_assets}/build.mjs ${page_assets}/barometer.scss ${page_class_names} ${page_npm}/installed
  COMMENT "Making the page's stylesheet" VERBATIM)
target_sources(daemon PRIVATE ${page_style} ${page_style}.gz)
barometer_embed(daemon page_style ${page_style})
barometer_embed(daemon page_style_gz ${page_style}.gz)
