#include "trainer/data/arrays/pickle_reader.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include "advisor/json/quote_for_message.h"
#include "trainer/data/arrays/pickle_input.h"

namespace ssem::trainer {
namespace {

using Kind = PickleValue::Kind;

}  // namespace

class PickleMachine {
 public:
  explicit PickleMachine(ByteReader& reader) : input_(reader), encodable_(reader.remaining()) {}

  Result<PickleTree> run() {
    bool ended = false;
    while (!ended && !input_.failed()) {
      const std::string_view code = input_.bytes(1, "an opcode");
      if (input_.failed()) break;
      ended = code[0] == '.';
      if (!ended) step(static_cast<unsigned char>(code[0]));
    }
    if (!input_.failed()) tree_.root_ = pop();
    if (input_.failed()) return input_.fault();
    return std::move(tree_);
  }

 private:
  void step(unsigned char code) {
    switch (code) {
      case 0x80:  // PROTO
        input_.bytes(1, "a protocol");
        return;
      case 0x95:  // FRAME
        input_.bytes(8, "a frame's length");
        return;
      case '(':
        marks_.push_back(stack_.size());
        return;
      case '0':
        pop();
        return;
      case '1':
        above_mark();
        return;
      case '2':
        push(top());
        return;
      case 'q':
        memo_[input_.number(1)] = top();
        return;
      case 'r':
        memo_[input_.number(4)] = top();
        return;
      case 0x94:  // MEMOIZE
        memo_[memo_.size()] = top();
        return;
      case 'h':
        recall(input_.number(1));
        return;
      case 'j':
        recall(input_.number(4));
        return;
      default:
        if (!scalar(code) && !container(code) && !object(code)) {
          input_.fail("opcode " + std::to_string(code) + " is none that torch.save or numpy.save writes");
        }
    }
  }

  bool scalar(unsigned char code) {
    switch (code) {
      case 'N':
        return make({Kind::none});
      case 0x88:
        return make({Kind::boolean, 1});
      case 0x89:
        return make({Kind::boolean, 0});
      case 'K':
        return make({Kind::integer, static_cast<std::int64_t>(input_.number(1))});
      case 'M':
        return make({Kind::integer, static_cast<std::int64_t>(input_.number(2))});
      case 'J':
        return make({Kind::integer, static_cast<std::int32_t>(static_cast<std::uint32_t>(input_.number(4)))});
      case 0x8a:
        return integer(input_.number(1));
      case 'G': {
        const std::uint64_t stored = input_.number(8);
        std::uint64_t bits = 0;  // the one number that lies big end first
        for (unsigned k = 0; k < 8; ++k) bits = bits << 8U | (stored >> (8 * k) & 0xFFU);
        return make({Kind::floating, 0, std::bit_cast<double>(bits)});
      }
      case 0x8c:
        return words(Kind::text, input_.number(1));
      case 'X':
        return words(Kind::text, input_.number(4));
      case 0x8d:
        return words(Kind::text, input_.number(8));
      case 'C':
        return words(Kind::bytes, input_.number(1));
      case 'B':
        return words(Kind::bytes, input_.number(4));
      case 0x8e:
        return words(Kind::bytes, input_.number(8));
      default:
        return false;
    }
  }

  bool container(unsigned char code) {
    switch (code) {
      case ')':
        return make({Kind::tuple});
      case ']':
        return make({Kind::list});
      case '}':
        return make({Kind::dict});
      case 't':
        return make({Kind::tuple, 0, 0, {}, above_mark()});
      case 0x85:
      case 0x86:
      case 0x87: {
        std::vector<PickleId> items(static_cast<std::size_t>(code) - 0x84);
        for (std::size_t k = items.size(); k-- > 0;) items[k] = pop();
        return make({Kind::tuple, 0, 0, {}, std::move(items)});
      }
      case 'a':
        return extend(Kind::list, {pop()});
      case 'e':
        return extend(Kind::list, above_mark());
      case 's': {
        const PickleId value = pop(), key = pop();
        return extend(Kind::dict, {key, value});
      }
      case 'u':
        return extend(Kind::dict, above_mark());
      default:
        return false;
    }
  }

  bool object(unsigned char code) {
    switch (code) {
      case 'c': {
        const std::string module = input_.line();
        return named(module + '.' + input_.line());
      }
      case 0x93: {  // STACK_GLOBAL
        const PickleId name = pop(), module = pop();
        if (input_.failed()) return true;
        return named(tree_.at(module).text.substr(0, kLongestPickleName) + '.' +
                     tree_.at(name).text.substr(0, kLongestPickleName));
      }
      case 'Q':
        return make({Kind::persistent, 0, 0, {}, {pop()}});
      case 'R':
        return call();
      case 'b':
        return set_state();
      default:
        return false;
    }
  }

  bool named(const std::string& name) {
    if (!is_known_to_pickles(name)) {
      return input_.fail("holds " + advisor::json::quote_for_message(name) +
                         ", which only running its code would read");
    }
    return make({Kind::name, 0, 0, name});
  }

  bool call() {
    const PickleId arguments = pop(), name = pop();
    if (input_.failed()) return true;
    const PickleValue& given = tree_.at(arguments);
    if (tree_.at(name).kind != Kind::name || given.kind != Kind::tuple) return input_.fail("calls what is no function");
    if (tree_.at(name).text == "collections.OrderedDict" && given.items.empty()) return make({Kind::dict});
    if (tree_.at(name).text == "_codecs.encode") {
      const bool is_text = !given.items.empty() && tree_.item(given, 0).kind == Kind::text;
      if (is_text) encodable_ -= std::min(encodable_, tree_.item(given, 0).text.size());
      if (encodable_ == 0) return input_.fail("encodes the same text again and again");
      auto encoded = is_text ? latin1_bytes(tree_.item(given, 0).text) : std::nullopt;
      if (!encoded) return input_.fail("holds bytes that are no latin-1");
      return make({Kind::bytes, 0, 0, *std::move(encoded)});
    }
    return make({Kind::call, 0, 0, {}, {name, arguments}});
  }

  // A dict's own state (torch's _metadata) says nothing of its items.
  bool set_state() {
    const PickleId state = pop(), target = top();
    if (input_.failed()) return true;
    PickleValue& value = tree_.values_[target];
    if (value.kind == Kind::call) value.items.push_back(state);
    return value.kind == Kind::call || value.kind == Kind::dict || input_.fail("sets the state of what has none");
  }

  bool extend(Kind kind, std::vector<PickleId> items) {
    const PickleId target = top();
    if (input_.failed()) return true;
    PickleValue& value = tree_.values_[target];
    if (value.kind != kind || (kind == Kind::dict && items.size() % 2 != 0))
      return input_.fail("adds to what is no container");
    value.items.insert(value.items.end(), items.begin(), items.end());
    return true;
  }

  bool integer(std::uint64_t size) {
    const std::string_view stored = input_.bytes(size, "an integer");
    if (input_.failed()) return true;
    if (size > 8) return input_.fail("holds an integer of more than 64 bits");
    const auto unused = static_cast<unsigned>(64 - 8 * size);
    const std::uint64_t bits = size == 0 ? 0 : little_endian_bits(stored) << unused;
    return make({Kind::integer, size == 0 ? 0 : static_cast<std::int64_t>(bits) >> unused});
  }

  bool words(Kind kind, std::uint64_t size) {
    const std::string_view stored = input_.bytes(size, "text");
    return input_.failed() || make({kind, 0, 0, std::string(stored)});
  }

  void push(PickleId id) {
    if (!input_.failed()) stack_.push_back(id);
  }

  bool make(PickleValue value) {
    if (input_.failed()) return true;
    if (tree_.values_.size() == kMostPickleValues) {
      return input_.fail("holds more than " + std::to_string(kMostPickleValues) + " objects");
    }
    push(static_cast<PickleId>(tree_.values_.size()));
    tree_.values_.push_back(std::move(value));
    return true;
  }

  PickleId top() {
    const std::size_t floor = marks_.empty() ? 0 : marks_.back();
    if (input_.failed() || stack_.size() <= floor) {
      input_.fail("takes what is not there");
      return 0;
    }
    return stack_.back();
  }

  PickleId pop() {
    const PickleId id = top();
    if (!input_.failed()) stack_.pop_back();
    return id;
  }

  std::vector<PickleId> above_mark() {
    if (input_.failed() || marks_.empty()) {
      input_.fail("takes what is not there");
      return {};
    }
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<PickleId> items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }

  void recall(std::uint64_t place) {
    if (input_.failed()) return;
    const auto found = memo_.find(place);
    if (found == memo_.end()) {
      input_.fail("recalls what was not kept");
    } else {
      push(found->second);
    }
  }

  PickleInput input_;
  std::size_t encodable_;  // bytes of text that may still be encoded: honest files encode each once
  PickleTree tree_;
  std::vector<PickleId> stack_;
  std::vector<std::size_t> marks_;  // heights of the stack
  std::map<std::uint64_t, PickleId> memo_;
};

Result<PickleTree> read_pickle(ByteReader& reader) { return PickleMachine(reader).run(); }

}  // namespace ssem::trainer
