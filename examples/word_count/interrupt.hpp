// examples/word_count/interrupt.hpp                     SPDX-License-Identifier: MIT
#pragma once

// Ctrl-C as an exception: whatever the program is at, everything is put away on the way out.
namespace word_count::interrupt {

struct Interrupted {};

// From now on the first Ctrl-C is only noted; the second ends the program.
void listen();

// Throws Interrupted if Ctrl-C was pressed.
void check();

}  // namespace word_count::interrupt
