# Reads formulas (a JSON array of sources) and tells what Ruby itself sees in each: the decoded string literals, in
# order, and the code around them. Anything but a plain literal is named under "forbidden".
require "json"
require "ripper"

FORBIDDEN_TOKENS = %i[
  on_embexpr_beg on_embvar on_heredoc_beg on_backtick on___end__ on_embdoc_beg on_embdoc on_regexp_beg
  on_qwords_beg on_words_beg on_qsymbols_beg on_symbols_beg on_CHAR on_label_end
].freeze
FORBIDDEN_NODES = %i[
  string_embexpr string_dvar xstring_literal dyna_symbol regexp_literal BEGIN END
].freeze

def nodes_of(tree)
  return [] unless tree.is_a?(Array)

  (tree.first.is_a?(Symbol) ? [tree.first] : []) + tree.flat_map { |child| nodes_of(child) }
end

def read(source)
  tree = Ripper.sexp(source)
  return { forbidden: ["no Ruby at all"] } if tree.nil?

  tokens = Ripper.lex(source).map { |token| [token[1], token[2]] }
  forbidden = tokens.map(&:first) & FORBIDDEN_TOKENS
  forbidden += nodes_of(tree) & FORBIDDEN_NODES
  strings = []
  code = []
  literal = nil
  tokens.each do |type, text|
    case type
    when :on_tstring_beg
      forbidden << "literal in #{text}" unless ["'", '"'].include?(text)
      literal = text
    when :on_tstring_content
      literal << text
    when :on_tstring_end
      literal << text
      code << "string"
      strings << literal
      literal = nil
    else
      code << text
    end
  end
  # A literal without interpolation evaluates to its text and does nothing else.
  strings.map! { |quoted| eval(quoted) } if forbidden.empty?
  { forbidden: forbidden.uniq, strings: strings, code: code.join }
end

sources = JSON.parse($stdin.read)
puts JSON.generate(sources.map { |source| read(source) })
