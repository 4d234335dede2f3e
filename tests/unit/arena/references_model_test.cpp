// tests/unit/arena/references_model_test.cpp                      SPDX-License-Identifier: MIT
// All interleavings of the reference protocol's steps, with a kill before any of them, on a model of one object, one
// message, two users, two sweepers and somebody who uses the freed block again. The rules are those of docs/arena.md;
// leaving one out must be found. (A process that stands still is an interleaving like any other.)
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace cohort::test {
namespace {

enum Who : std::uint8_t { nobody, a, b, c, s1, s2, box, message };  // who can hold something
constexpr std::array kActors{a, b, c, s1, s2};
constexpr std::uint8_t kEntries = 4;

struct Rules {
  bool bump = true;             // adding an entry changes the version
  bool note_dropping = true;    // an entry says that it is being dropped until that is done
  bool unique_versions = true;  // a version never comes back, not even in another object
};

enum class Block : std::uint8_t { free, held, object };
enum class Names : std::uint8_t { nothing, object, dropping };

struct Entry {
  Who holder = nobody;
  Names names = Names::nothing;
};

struct Actor {
  std::uint8_t step = 0;
  std::uint8_t mine = 0, other = 0;       // entries
  std::uint8_t version = 0;               // read in collecting: 1 while it is the object's
  std::uint8_t look = 0;                  // where the scan stands
  std::uint8_t back = 0;                  // step after dropping
  Who dead = nobody;                      // being swept
  bool alive = true, uses = false;        // uses: believes that it may touch the object
};

struct State {
  Block block = Block::free;
  std::uint8_t word = 0;  // its holder
  std::uint8_t lives = 0, kills = 0;
  std::array<Entry, kEntries> entries{};
  Who letter = nobody;  // who holds the message's block
  bool letter_uses = false, posted = false;
  std::array<Actor, 8> actors{};
  std::array<bool, 8> swept{};
};
static_assert(std::has_unique_object_representations_v<Actor>);

static_assert(std::has_unique_object_representations_v<Entry>);

std::string key(const State& s) { return {reinterpret_cast<const char*>(&s), sizeof s}; }

class Model {
 public:
  Model(Rules rules, int kills, bool with_second_sweeper) : rules_(rules), kills_(kills), second_(with_second_sweeper) {}

  // The first thing that went wrong, or nothing.
  std::string explore() {
    push(start());
    while (!todo_.empty() && wrong_.empty()) {
      const State now = todo_.back();
      todo_.pop_back();
      expand(now);
    }
    return wrong_;
  }
  std::size_t states() const { return seen_.size(); }

 private:
  // Steps of dropping an entry, shared by all; those of each actor begin at 0.
  enum : std::uint8_t { kNote = 100, kRead, kScan, kFree, kClear, kDone = 200 };

  State start() const {
    State s;
    s.letter = a;
    if (!second_) s.actors[s2].step = kDone;
    return s;
  }

  void push(const State& s) {
    if (seen_.insert(key(s)).second) todo_.push_back(s);
  }

  void fail(const std::string& what) {
    if (wrong_.empty()) wrong_ = what;
  }

  void expand(const State& now) {
    bool moved = false;
    for (const Who who : kActors) {
      if (!now.actors[who].alive || now.actors[who].step == kDone) continue;
      const std::size_t before = pushed_;
      step(now, who);
      if (pushed_ == before) continue;
      moved = true;
      if (now.kills < kills_ && (who == a || who == b || (who == s1 && second_))) kill(now, who);
    }
    if (!moved) check_end(now);
  }

  void next(State s, Who who, std::uint8_t step) {
    s.actors[who].step = step;
    ++pushed_;
    push(s);
  }

  void kill(State s, Who who) {
    s.actors[who].alive = false;
    s.actors[who].uses = false;
    ++s.kills;
    push(s);
  }

  void check_end(const State& s) {
    if (s.block != Block::free) fail("the block leaks");
    for (const Entry& entry : s.entries)
      if (entry.holder != nobody) fail("an entry leaks");
    if (s.letter != nobody) fail("the message leaks");
    for (const Who who : kActors)
      if (s.actors[who].alive && s.actors[who].step != kDone) fail("somebody waits for ever");
  }

  // ------------------------------------------------------------------ what all do

  // All that matters of a version is whether what somebody read is still the one: 1, or stale for ever: 0.
  void new_version(State& s) const {
    if (!rules_.unique_versions) return;
    for (Actor& actor : s.actors) actor.version = 0;
  }

  void free_object(State& s) {
    bool used = s.letter_uses;
    for (const Who who : kActors) used |= s.actors[who].uses;
    if (used) fail("freed while in use");
    s.block = Block::free;
    s.word = 0;
  }

  // A free entry is claimed and says what it is for: a kill in between leaves one that says nothing, and that is that.
  template <class Then>
  void claim(const State& now, Who who, Then then) {
    for (std::uint8_t i = 0; i < kEntries; ++i) {
      if (now.entries[i].holder != nobody) continue;
      State s = now;
      s.entries[i] = {who, Names::object};
      then(s, i);
    }
  }

  // Drops an entry, then goes to step `back`.
  void drop(State s, Who who, std::uint8_t entry, std::uint8_t back) {
    Actor& me = s.actors[who];
    me.mine = entry;
    me.back = back;
    me.step = kNote;
    drop_step(s, who);
  }

  void drop_step(State s, Who who) {
    Actor& me = s.actors[who];
    Entry& entry = s.entries[me.mine];
    switch (me.step) {
      case kNote:
        if (!rules_.note_dropping)
          entry = {};
        else
          entry.names = Names::dropping;
        return next(s, who, kRead);
      case kRead:
        me.version = s.block == Block::object;
        return next(s, who, s.block == Block::object ? kScan : kClear);
      case kScan:
        if (me.look == kEntries) return next(s, who, kFree);
        if (s.entries[me.look].holder != nobody && s.entries[me.look].names == Names::object) return next(s, who, kClear);
        ++me.look;
        return next(s, who, kScan);
      case kFree:
        if (s.block == Block::object && me.version == 1) free_object(s);
        return next(s, who, kClear);
      default:
        if (rules_.note_dropping) entry = {};
        me.version = me.look = me.mine = 0;
        return next(s, who, me.back);
    }
  }

  void bump(State s, Who who, std::uint8_t after) {
    if (s.block != Block::object) return fail("an object went while somebody added to it");
    if (rules_.bump) new_version(s);
    next(s, who, after);
  }

  void step(const State& now, Who who) {
    if (now.actors[who].step >= kNote) return drop_step(now, who);
    switch (who) {
      case a:
        return sender(now);
      case b:
        return taker(now);
      case c:
        return successor(now);
      default:
        if (who == s1 || second_) sweeper(now, who);
    }
  }

  // ------------------------------------------------------------------ who does what

  // Makes an object; true if that was the step to make.
  bool make_step(State s, Who who) {
    Actor& me = s.actors[who];
    switch (me.step) {
      case 0:
        if (s.block != Block::free) return true;
        s.block = Block::held;
        s.word = who;
        s.lives = 1;
        next(s, who, 1);
        return true;
      case 1:
        claim(s, who, [&](State t, std::uint8_t i) {
          t.actors[who].mine = i;
          next(t, who, 2);
        });
        return true;
      case 2:
        s.block = Block::object;
        s.word = nobody;
        new_version(s);
        me.uses = true;
        next(s, who, 3);
        return true;
      default:
        return false;
    }
  }

  // Makes the object, puts it into the message, posts that, drops its own share.
  void sender(State s) {
    Actor& me = s.actors[a];
    if (make_step(s, a)) return;
    switch (me.step) {
      case 3:
        return claim(s, a, [&](State t, std::uint8_t i) {
          t.actors[a].other = i;
          next(t, a, 4);
        });
      case 4:
        return bump(s, a, 5);
      case 5:
        s.entries[me.other].holder = message;
        s.letter_uses = true;
        return next(s, a, 6);
      case 6:
        s.letter = box;
        s.posted = true;
        return next(s, a, 7);
      default:
        me.uses = false;
        me.other = 0;
        return drop(s, a, me.mine, kDone);
    }
  }

  // Takes the share out of the message, adds one more, drops the first, drops the second.
  void taker(State s) {
    Actor& me = s.actors[b];
    switch (me.step) {
      case 0:
        if (s.letter == box) {
          s.letter = b;
          return next(s, b, 1);
        }
        if (s.letter == nobody || (!s.actors[a].alive && !s.posted)) next(s, b, kDone);
        return;
      case 1:
        for (std::uint8_t i = 0; i < kEntries; ++i)
          if (s.entries[i].holder == message) {
            s.entries[i].holder = b;
            me.mine = i;
          }
        s.letter_uses = false;
        me.uses = true;
        return next(s, b, 2);
      case 2:
        s.letter = nobody;
        return next(s, b, 3);
      case 3:
        return claim(s, b, [&](State t, std::uint8_t i) {
          t.actors[b].other = i;
          next(t, b, 4);
        });
      case 4:
        return bump(s, b, 5);
      case 5:
        return drop(s, b, me.mine, 6);
      default: {
        const std::uint8_t last = me.other;
        me.uses = false;
        me.other = 0;
        return drop(s, b, last, kDone);
      }
    }
  }

  // Makes another object of the block when it is free again, uses it, drops it.
  void successor(State s) {
    Actor& me = s.actors[c];
    if (me.step == 0 && s.lives == 0) {
      if (!s.actors[a].alive) next(s, c, kDone);
      return;
    }
    if (make_step(s, c)) return;
    me.uses = false;
    drop(s, c, me.mine, kDone);
  }

  // Frees what the dead held, and in the end a message that nobody took.
  void sweeper(State s, Who who) {
    Actor& me = s.actors[who];
    switch (me.step) {
      case 0:
        for (const Who dead : {a, b, s1}) {
          if (s.actors[dead].alive || s.swept[dead] || dead == who) continue;
          State t = s;
          t.actors[who].dead = dead;
          if (t.letter == dead) t.letter = who;
          next(t, who, 1);
        }
        return finish(s, who);
      case 1:
        if (s.block == Block::held && s.word == me.dead) {
          s.block = Block::free;
          s.word = 0;
        }
        return next(s, who, 2);
      case 2:
        return take_entry(s, who, me.dead, 2, 3);
      case 3:
        if (s.letter == who) return take_entry(s, who, message, 3, 4);
        return next(s, who, 5);
      case 4:
        s.letter = nobody;
        return next(s, who, 5);
      default:
        if (me.dead != nobody) s.swept[me.dead] = true;
        me.dead = nobody;
        return next(s, who, 0);
    }
  }

  void take_entry(State s, Who who, Who from, std::uint8_t again, std::uint8_t done) {
    bool any = false;
    for (std::uint8_t i = 0; i < kEntries; ++i) {
      if (s.entries[i].holder != from) continue;
      any = true;
      State t = s;
      t.entries[i].holder = who;
      if (from == message) t.letter_uses = false;
      t.actors[who].mine = i;
      t.actors[who].back = again;
      next(t, who, kNote);
    }
    if (!any) next(s, who, done);
  }

  void finish(State s, Who who) {
    for (const Who user : {a, b})
      if (s.actors[user].alive ? s.actors[user].step != kDone : !s.swept[user]) return;
    if (second_ && who == s2 && s.actors[s1].alive && s.actors[s1].step != kDone) return;
    if (second_ && who == s2 && !s.actors[s1].alive && !s.swept[s1]) return;
    if (s.letter == box) {
      s.letter = who;
      return next(s, who, 3);
    }
    next(s, who, kDone);
  }

  Rules rules_;
  int kills_;
  bool second_;
  std::unordered_set<std::string> seen_;
  std::vector<State> todo_;
  std::string wrong_;
  std::size_t pushed_ = 0;
};

void is_sound(int kills, bool second_sweeper) {
  Model model({}, kills, second_sweeper);
  EXPECT_EQ(model.explore(), "");
  ::testing::Test::RecordProperty("states", std::to_string(model.states()));
}

TEST(ReferencesModel, NobodyDies) { is_sound(0, false); }
TEST(ReferencesModel, OneDies) { is_sound(1, false); }
TEST(ReferencesModel, TwoDie) { is_sound(2, false); }

void finds(Rules rules, const char* what, int kills = 1, bool second_sweeper = false) {
  EXPECT_EQ(Model(rules, kills, second_sweeper).explore(), what);
}

TEST(ReferencesModel, WithoutTheBumpAnObjectGoesTooEarly) { finds({.bump = false}, "freed while in use", 0); }
TEST(ReferencesModel, WithoutTheNoteAnObjectStays) { finds({.note_dropping = false}, "the block leaks"); }
TEST(ReferencesModel, WithVersionsThatComeBackTheNextObjectGoes) {
  finds({.unique_versions = false}, "freed while in use", 0);
}

}  // namespace
}  // namespace cohort::test
