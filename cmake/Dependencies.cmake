# Third-party libraries, all from Debian 12. Static archives where Debian ships them, so that the
# release is one binary that needs only the C and C++ run time.

find_package(Threads REQUIRED)
find_package(GTest REQUIRED)

# penstock_static(NAME ARCHIVE HEADER [LIBS...]): an imported archive, with a word on what to install.
function(penstock_static name archive header package)
  find_library(PENSTOCK_${name}_ARCHIVE NAMES ${archive})
  find_path(PENSTOCK_${name}_INCLUDE NAMES ${header})
  if(NOT PENSTOCK_${name}_ARCHIVE OR NOT PENSTOCK_${name}_INCLUDE)
    message(FATAL_ERROR "${archive} or ${header} not found: install ${package} (scripts/install-deps does)")
  endif()
  # A library with a place, and not a bare path: the linker then sees it before what it needs.
  add_library(dep::${name} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(dep::${name} PROPERTIES IMPORTED_LOCATION ${PENSTOCK_${name}_ARCHIVE})
  target_link_libraries(dep::${name} INTERFACE ${ARGN})
  target_include_directories(dep::${name} SYSTEM INTERFACE ${PENSTOCK_${name}_INCLUDE})
endfunction()

penstock_static(crypto libcrypto.a openssl/evp.h libssl-dev ${CMAKE_DL_LIBS} Threads::Threads)
# Its functions are nobody else's: shared libraries have some of the same names (gf_mul in ISA-L) and
# would call these in the place of their own.
target_link_options(dep::crypto INTERFACE LINKER:--exclude-libs,libcrypto.a)
penstock_static(ssl libssl.a openssl/ssl.h libssl-dev dep::crypto)
penstock_static(yaml libyaml.a yaml.h libyaml-dev)
penstock_static(pugixml libpugixml.a pugixml.hpp libpugixml-dev)
penstock_static(sqlite libsqlite3.a sqlite3.h libsqlite3-dev ${CMAKE_DL_LIBS} m)
penstock_static(zlib libz.a zlib.h zlib1g-dev)
penstock_static(rocksdb librocksdb.a rocksdb/db.h librocksdb-dev
                libsnappy.a liblz4.a libzstd.a libbz2.a libz.a ${CMAKE_DL_LIBS} Threads::Threads)
penstock_static(seccomp libseccomp.a seccomp.h libseccomp-dev)
penstock_static(boost_json libboost_json.a boost/json.hpp libboost-json1.81-dev)
# Shipped as a shared library only.
penstock_static(isal isal isa-l/erasure_code.h libisal-dev)
