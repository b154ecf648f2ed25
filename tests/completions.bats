load helper

# The completions as a user meets them: each shell finds them where `make install` puts them, and is asked what it
# would offer. A shell that isn't installed is skipped.

need() { command -v "$1" >/dev/null || skip "$1 is not installed"; }

install_completions() {
  local names
  mapfile -t names < <(tools)
  "$ROOT/scripts/completions" install "$BUILD/bin" "$PWD/share" "${names[@]}"
}

# What bash offers for the command line $1, in one line. (bash hands --to=csv over as three words.)
bash_offers() {
  # shellcheck disable=SC2016
  bash --norc -c '
    . "share/bash-completion/completions/${1%% *}"
    read -r -a COMP_WORDS <<<"${1//=/ = }"
    [[ $1 == *[\ =] ]] && COMP_WORDS+=("")
    [[ $1 == *= ]] && unset "COMP_WORDS[-1]"
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    spec=($(complete -p "${1%% *}"))
    "${spec[-2]}"
    echo "${COMPREPLY[*]}"' bash "$1"
}

# An interactive zsh on a pseudo-terminal of its own completes the line with a Tab that inserts all matches, and writes
# down what the line $1 has become.
zsh_offers() {
  rm -f line
  cat >zshrc <<'END'
fpath=($PWD/share/zsh/site-functions $fpath)
autoload -Uz compinit
compinit -u -d $PWD/zcompdump
LISTMAX=0
offer_all() { _main_complete; compstate[insert]=all; compstate[list]= }
zle -C offer_all complete-word offer_all
write_line() { print -r -- $BUFFER >line.new; mv line.new line; exit }
zle -N write_line
bindkey '^I' offer_all
bindkey '^X' write_line
print ready >line.ready
END
  cat >drive.zsh <<'END'
zmodload zsh/zpty zsh/zselect
rm -f line.ready
zpty -b shell "cd ${(q)PWD}; TERM=vt100 ZDOTDIR= zsh -f -i"
zpty -w shell ' . ./zshrc'
for try in {1..1000}; do [[ -e line.ready ]] && break; zpty -r shell text; zselect -t 1; done
zpty -w -n shell "$1"$'\t\x18'
for try in {1..1000}; do [[ -e line ]] && break; zpty -r shell text; zselect -t 1; done
zpty -d shell
END
  timeout 30 zsh -f drive.zsh "$1" >/dev/null
  sed 's/ *$//' line
}

# What fish offers for the command line $1, a line each: the word, a TAB, its description.
fish_offers() {
  # shellcheck disable=SC2016
  HOME=$PWD XDG_DATA_DIRS=$PWD/share fish --no-config -c \
    'for dir in $XDG_DATA_DIRS/fish/vendor_completions.d; set -p fish_complete_path $dir; end; complete -C $argv[1]' "$1"
}

# The words that fish offers, in one line.
fish_words() { fish_offers "$1" | cut -f 1 | sort | tr '\n' ' ' | sed 's/ $//'; }

# The options of program $1 that people see.
visible_options() { "$1" --print-options=list | grep -v hidden | cut -f 1; }

# Each option of each program is in what "PROGRAM --" offers, as given by the function $1.
offers_all_options() {
  local name option offered
  for name in $(tools); do
    offered=" $("$1" "$name --") "
    for option in $(visible_options "$name"); do
      [[ $offered == *" --$option"[\ =]* ]] || fail "$name: --$option is not offered:$offered" || return 1
    done
    [[ $offered != *print-options* ]] || fail "$name: a hidden option is offered" || return 1
  done
}

@test "completions: installed where the shells look, and removed again, with or without the programs" {
  install_completions
  local name
  for name in $(tools); do
    [[ -s share/bash-completion/completions/$name && -s share/zsh/site-functions/_$name ]]
    [[ -s share/fish/vendor_completions.d/$name.fish ]]
  done
  touch share/zsh/site-functions/_other
  # shellcheck disable=SC2046
  "$ROOT/scripts/completions" uninstall /nowhere "$PWD/share" $(tools)
  [[ $(find share -type f) == share/zsh/site-functions/_other ]]
}

@test "completions: bash offers every option, choices, and files where files are wanted" {
  install_completions
  offers_all_options bash_offers
  touch 'two words.csv' random.csv '*.csv'
  [[ $(bash_offers 'cs-kmeans --clu') == --clusters ]]
  [[ $(bash_offers 'cs-scale --impute ') == 'error median mean drop' ]]
  [[ $(bash_offers 'cs-scale --impute=me') == 'median mean' ]]
  [[ $(bash_offers 'cs-kmeans --init r') == 'random random.csv' ]]
  [[ $(bash_offers 'cs-kmeans --algorithm h') == hamerly ]]
  [[ $(bash_offers 'cs-kmeans --to=') == 'csv tsv json jsonl' ]]
  [[ $(bash_offers 'cs-kmeans -o tw') == 'two words.csv' ]]
  [[ $(bash_offers 'cs-kmeans --save=tw') == 'two words.csv' ]]
  [[ $(bash_offers 'cs-kmeans ra') == random.csv ]]
  [[ $(bash_offers 'cs-kmeans *') == '*.csv' ]]
  [[ -z $(bash_offers 'cs-kmeans -k ') ]]
  [[ " $(bash_offers 'cs-kmeans -') " == *' -k '* ]]
  [[ $(bash_offers 'cs-gen ra') == '' && $(bash_offers 'cs-gen --only t') == transactions ]]
}

@test "completions: zsh offers every option, choices, and files where files are wanted" {
  need zsh
  zsh -f -c 'zmodload zsh/zpty && zpty -b try true' 2>/dev/null || skip 'no pseudo-terminal can be had here'
  install_completions
  offers_all_options zsh_offers
  touch 'two words.csv' random.csv
  [[ $(zsh_offers 'cs-kmeans --clu') == 'cs-kmeans --clusters=' ]]
  [[ $(zsh_offers 'cs-scale --impute ') == 'cs-scale --impute drop error mean median' ]]
  [[ $(zsh_offers 'cs-scale --impute=me') == 'cs-scale --impute=mean --impute=median' ]]
  [[ $(zsh_offers 'cs-kmeans --init r') == 'cs-kmeans --init random random.csv' ]]
  [[ $(zsh_offers 'cs-kmeans --algorithm h') == 'cs-kmeans --algorithm hamerly' ]]
  [[ $(zsh_offers 'cs-kmeans -o tw') == 'cs-kmeans -o two\ words.csv' ]]
  [[ $(zsh_offers 'cs-kmeans -k 3 ra') == 'cs-kmeans -k 3 random.csv' ]]
  [[ $(zsh_offers 'cs-gen ra') == 'cs-gen ra' && $(zsh_offers 'cs-gen --only t') == 'cs-gen --only transactions' ]]
}

@test "completions: fish offers every option with a short description, choices, and files where files are wanted" {
  need fish
  install_completions
  offers_all_options fish_words
  touch 'two words.csv' random.csv
  [[ $(fish_offers 'cs-kmeans --clu') == --clusters$'\t''number of clusters' ]]
  [[ $(fish_words 'cs-scale --impute ') == 'drop error mean median' ]]
  [[ $(fish_words 'cs-scale --impute=me') == '--impute=mean --impute=median' ]]
  [[ $(fish_words 'cs-kmeans --init r') == *random* ]]
  [[ $(fish_words 'cs-kmeans --algorithm h') == hamerly ]]
  [[ $(fish_words 'cs-kmeans -o two') == 'two words.csv' ]]
  [[ $(fish_words 'cs-kmeans -k 3 rand') == random.csv ]]
  [[ $(fish_words 'cs-gen rand') == '' && $(fish_words 'cs-gen --only t') == transactions ]]
  # A description with an apostrophe ends where it should.
  [[ $(fish_offers 'cs-kmeans --max-fi') == --max-field$'\t'"a cell longer than this is an error, so that a stray quote can't ..." ]]
}
