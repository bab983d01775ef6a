#include "api/cli/help/completion_script.h"

namespace ssem::api::cli {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

std::vector<std::string> command_names(const std::vector<CompletedCommand>& commands) {
  std::vector<std::string> names;
  for (const CompletedCommand& command : commands) {
    if (!command.name.empty()) names.push_back(command.name);
  }
  return names;
}

// Inside single quotes, each of `special` behind a backslash.
std::string quotable(const std::string& help, std::string_view special) {
  std::string text;
  for (const char letter : help) {
    if (special.find(letter) != std::string_view::npos) text += '\\';
    text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  }
  return text;
}

// An explanation of _arguments ends at ']', and its parts at ':'.
std::string zsh_explanation(const CompletedFlag& flag) { return '[' + quotable(flag.help, "\\[]:") + ']'; }

std::string bash_values(const CompletedFlag& flag) {
  if (flag.takes_file) return "COMPREPLY=($(compgen -f -- \"$word\")); return";
  if (flag.choices.empty()) return "return";
  return "COMPREPLY=($(compgen -W \"" + joined(flag.choices, " ") + "\" -- \"$word\")); return";
}

std::string zsh_values(const CompletedFlag& flag) {
  if (!flag.takes_value) return "";
  if (flag.takes_file) return ":file:_files";
  return flag.choices.empty() ? ":value:" : ":value:(" + joined(flag.choices, " ") + ")";
}

}  // namespace

std::string bash_completion(const std::vector<CompletedCommand>& commands) {
  const std::vector<std::string> names = command_names(commands);
  std::string values;
  std::string words;
  for (const CompletedCommand& command : commands) {
    std::vector<std::string> offered = command.name.empty() ? names : command.arguments;
    for (const CompletedFlag& flag : command.flags) {
      offered.push_back(flag.name);
      if (flag.takes_value) values += "    \"" + command.name + ' ' + flag.name + "\") " + bash_values(flag) + ";;\n";
    }
    words += "    \"" + command.name + "\") words=\"" + joined(offered, " ") + "\";;\n";
  }
  return "# bash completion of ssem: source <(ssem completion bash)\n"
         "_ssem() {\n"
         "  local word=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" command=\"\" words=\"\" "
         "index\n"
         "  if [[ $word == \"=\" ]]; then word=\"\"; elif [[ $previous == \"=\" ]]; then "
         "previous=\"${COMP_WORDS[COMP_CWORD-2]}\"; fi\n"
         "  for ((index = 1; index < COMP_CWORD; index++)); do\n"
         "    case \"${COMP_WORDS[index]}\" in " +
         joined(names, "|") +
         ") command=\"${COMP_WORDS[index]}\"; break;; esac\n"
         "  done\n"
         "  COMPREPLY=()\n"
         "  case \"$command $previous\" in\n" +
         values +
         "  esac\n"
         "  case \"$command\" in\n" +
         words +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "}\n"
         "complete -F _ssem ssem\n";
}

std::string zsh_completion(const std::vector<CompletedCommand>& commands) {
  std::string listed;
  std::string cases;
  for (const CompletedCommand& command : commands) {
    std::string arguments;
    for (const CompletedFlag& flag : command.flags) {
      arguments += " \\\n        '" + flag.name + zsh_explanation(flag) + zsh_values(flag) + '\'';
    }
    if (!command.arguments.empty()) arguments += " \\\n        '1:argument:(" + joined(command.arguments, " ") + ")'";
    if (command.name.empty()) continue;
    listed += "      '" + command.name + ':' + quotable(command.help, "\\") + "'\n";
    cases += "    " + command.name + ")\n      _arguments" + arguments + ";;\n";
  }
  std::string main_flags;
  for (const CompletedFlag& flag : commands.front().flags) {
    main_flags += " '" + flag.name + zsh_explanation(flag) + '\'';
  }
  return "#compdef ssem\n"
         "# zsh completion of ssem: source <(ssem completion zsh), or this text as _ssem in a folder of fpath\n"
         "_ssem() {\n"
         "  if (( CURRENT == 2 )); then\n"
         "    local -a commands=(\n" +
         listed +
         "    )\n"
         "    _describe 'command' commands\n"
         "    _arguments" +
         main_flags +
         "\n"
         "    return\n"
         "  fi\n"
         "  local command=$words[2]\n"
         "  shift words\n"
         "  (( CURRENT-- ))\n"
         "  case $command in\n" +
         cases +
         "  esac\n"
         "}\n"
         "if [[ ${funcstack[1]} == _ssem ]]; then\n"
         "  _ssem \"$@\"\n"
         "else\n"
         "  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }\n"
         "  compdef _ssem ssem\n"
         "fi\n";
}

std::string fish_completion(const std::vector<CompletedCommand>& commands) {
  std::string text = "# fish completion of ssem: ssem completion fish | source\ncomplete -c ssem -f\n";
  for (const CompletedCommand& command : commands) {
    const std::string scope =
        command.name.empty() ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + command.name;
    if (!command.name.empty()) {
      text += "complete -c ssem -n __fish_use_subcommand -a " + command.name + " -d '" + quotable(command.help, "\\") +
              "'\n";
    }
    for (const CompletedFlag& flag : command.flags) {
      text += "complete -c ssem -n '" + scope + "' -l " + flag.name.substr(2);
      if (flag.takes_value) text += flag.takes_file ? " -r -F" : " -x";
      if (!flag.choices.empty()) text += " -a '" + joined(flag.choices, " ") + "'";
      text += " -d '" + quotable(flag.help, "\\") + "'\n";
    }
    if (!command.arguments.empty())
      text += "complete -c ssem -n '" + scope + "' -a '" + joined(command.arguments, " ") + "'\n";
  }
  return text;
}

}  // namespace ssem::api::cli
