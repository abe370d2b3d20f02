package command

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// variables takes the value of a flag from its environment variable.
func variables(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if value := getenv(variable(flag.Name)); value != "" && hasVariable(flag.Name) {
			return value, nil
		}
		return nil, nil
	})
}

// hasVariable reports whether a flag may be set by a variable: one of those that end the program may not.
func hasVariable(flag string) bool { return flag != "help" && flag != "version" }

// variable returns the name of a flag's environment variable.
func variable(flag string) string {
	return "JUMUN_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// parsed reads a flag with parse, so that a command runs with valid values only.
func parsed[T any](parse func(string) (T, error)) kong.Mapper {
	return kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
		var text string
		if err := ctx.Scan.PopValueInto("ID", &text); err != nil {
			return err
		}
		value, err := parse(text)
		target.Set(reflect.ValueOf(value))
		return err
	})
}

// helpOf returns the help of a flag, with the name of its variable.
func helpOf(value *kong.Value) string {
	if value.Flag == nil || !hasVariable(value.Name) {
		return value.Help
	}
	return fmt.Sprintf("%s ($%s)", value.Help, variable(value.Name))
}
