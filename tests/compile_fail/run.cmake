# cmake -D file=… -D compiler=… -D include=… -P run.cmake

file(STRINGS ${file} expected REGEX "^// expect: ")
list(TRANSFORM expected REPLACE "^// expect: " "")
if(NOT expected)
  message(FATAL_ERROR "${file} has no line `// expect: <what the compiler must say>`")
endif()

set(command ${compiler} -std=c++20 -fsyntax-only -fno-diagnostics-color -Wall -Wextra -I ${include})

execute_process(COMMAND ${command} -Werror ${file} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  message("${output}")
  message(FATAL_ERROR "must compile without MISUSE")
endif()

execute_process(COMMAND ${command} -DMISUSE ${file} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "must not compile with MISUSE, but does")
endif()
foreach(sentence IN LISTS expected)
  string(FIND "${output}" "${sentence}" at)
  if(at EQUAL -1)
    message("${output}\nis without the sentence\n  ${sentence}")
    message(FATAL_ERROR "refused, but not in the expected words")
  endif()
endforeach()
