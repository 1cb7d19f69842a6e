# Compiler cache, linker, warnings and sanitizers, the same for every target of ours.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Paths relative to the tree, so that another clone of it finds what this one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND NOT PENSTOCK_SANITIZE)
  add_link_options(-fuse-ld=mold)
endif()

add_library(penstock_options INTERFACE)
target_compile_options(penstock_options INTERFACE -Wall -Wextra -Wconversion -Wno-sign-conversion
                       -Wshadow=local -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # std::stable_sort of GCC's library uses what that library calls deprecated itself.
  target_compile_options(penstock_options INTERFACE -Wno-error=unknown-warning-option -Wthread-safety
                         -Wno-error=deprecated-declarations)
endif()
if(PENSTOCK_WERROR)
  target_compile_options(penstock_options INTERFACE -Werror)
endif()

# Line tables are enough for backtraces and keep links and caches small.
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

if(PENSTOCK_SANITIZE)
  add_compile_options(-fsanitize=${PENSTOCK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PENSTOCK_SANITIZE})
endif()
if(PENSTOCK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# GCC 12 takes a moved std::variant for uninitialised when it optimises or sanitizes; clang and the
# sanitizers themselves know better.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(penstock_options INTERFACE -Wno-maybe-uninitialized)
  if(PENSTOCK_SANITIZE)
    target_compile_options(penstock_options INTERFACE -Wno-tsan)
  endif()
endif()
