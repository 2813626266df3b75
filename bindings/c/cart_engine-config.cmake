# After find_package(cart_engine 0.1 REQUIRED) link cart_engine::cart_engine or cart_engine::static.
get_filename_component(_cart_engine_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT TARGET cart_engine::cart_engine)
  add_library(cart_engine::cart_engine SHARED IMPORTED)
  set_target_properties(cart_engine::cart_engine PROPERTIES
    IMPORTED_LOCATION "${_cart_engine_prefix}/lib/libcart_engine.so.1"
    IMPORTED_SONAME libcart_engine.so.1
    INTERFACE_INCLUDE_DIRECTORIES "${_cart_engine_prefix}/include")
  add_library(cart_engine::static STATIC IMPORTED)
  set_target_properties(cart_engine::static PROPERTIES
    IMPORTED_LOCATION "${_cart_engine_prefix}/lib/libcart_engine.a"
    INTERFACE_LINK_LIBRARIES "gcc_s;util;rt;pthread;m;dl"
    INTERFACE_INCLUDE_DIRECTORIES "${_cart_engine_prefix}/include")
endif()
unset(_cart_engine_prefix)
