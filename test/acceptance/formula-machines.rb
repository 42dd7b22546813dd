# What Homebrew would do with a formula, as far as this formula's stanzas go: evaluates it for each of the four
# machines, and where an archive and a prefix are given, installs from it and runs the test block.
#   ruby formula-machines.rb FORMULA VERSION [MACHINE ARCHIVE PREFIX]
require "English"
require "fileutils"
require "json"
require "pathname"
require "tmpdir"

class Pathname
  def install(*sources)
    mkpath
    sources.each do |source|
      from, to = source.is_a?(Hash) ? source.first : [source, File.basename(source)]
      FileUtils.mv(from, self / to)
    end
  end
end

class Formula
  class << self
    attr_accessor :machine

    def values
      @values ||= { depends_on: [] }
    end

    %i[desc homepage url version sha256 license keg_only].each do |stanza|
      define_method(stanza) { |value| values[stanza] = value }
    end

    def depends_on(dependency)
      values[:depends_on] << dependency
    end

    def livecheck(&block)
      recorder = Class.new { def self.method_missing(name, value) = (@seen ||= {})[name] = value }
      recorder.define_singleton_method(:respond_to_missing?) { |*| true }
      recorder.instance_eval(&block)
      values[:livecheck] = recorder.instance_variable_get(:@seen)
    end

    %i[macos linux arm intel].each do |word|
      define_method(:"on_#{word}") { |&block| class_eval(&block) if Formula.machine.include?(word.to_s) }
    end

    def test(&block)
      values[:test] = block
    end
  end

  def initialize(version, prefix)
    @version = version
    @prefix = Pathname.new(prefix)
  end

  attr_reader :version

  def bin = @prefix / "bin"
  (1..8).each { |section| define_method(:"man#{section}") { @prefix / "share/man/man#{section}" } }
  def bash_completion = @prefix / "etc/bash_completion.d"
  def zsh_completion = @prefix / "share/zsh/site-functions"
  def fish_completion = @prefix / "share/fish/vendor_completions.d"

  def shell_output(command)
    output = `#{command}`
    raise "#{command} ended with #{$CHILD_STATUS.exitstatus}" unless $CHILD_STATUS.success?

    output
  end

  def assert_match(wanted, seen)
    raise "#{wanted.inspect} is not in #{seen.inspect}" unless seen.include?(wanted)
  end
end

def load_formula(source, machine)
  Formula.machine = machine
  room = Module.new
  room.module_eval(source)
  room.const_get(room.constants.first)
end

# As Homebrew's requirements decide: nil, or what rules the machine out.
def ruled_out(formula, machine)
  formula.values[:depends_on].find do |dependency|
    case dependency
    when :macos, :linux then !machine.include?(dependency.to_s)
    when { arch: :arm64 } then !machine.include?("arm")
    when { arch: :x86_64 } then !machine.include?("intel")
    end
  end
end

path, version, machine, archive, prefix = ARGV
source = File.read(path)
result = %w[macos-arm macos-intel linux-arm linux-intel].to_h do |name|
  formula = load_formula(source, name)
  [name, formula.values.except(:test).merge(ruled_out: ruled_out(formula, name).inspect)]
end

unless machine.nil?
  formula = load_formula(source, machine)
  installed = formula.new(version, prefix)
  Dir.mktmpdir do |folder|
    system("tar", "xf", archive, "-C", folder, exception: true)
    inside = Dir.children(folder)
    top = File.join(folder, inside.first)
    # Homebrew steps into the folder where there is nothing but one.
    Dir.chdir(inside.length == 1 && File.directory?(top) ? top : folder) { installed.install }
  end
  installed.instance_exec(&formula.values[:test])
  result["installed"] = Dir.glob("**/*", base: prefix).select { |file| File.file?(File.join(prefix, file)) }.sort
  result["caveats"] = installed.respond_to?(:caveats) ? installed.caveats : nil
end
puts JSON.generate(result)
