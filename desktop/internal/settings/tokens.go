package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxTokens is more than one PC was ever moved between marts, and they fit in maxFile with
// their addresses. The next one takes the place of the oldest.
const maxTokens = 6

// kept is one token in the file.
type kept struct {
	Server string       `json:"server"`
	Mart   order.MartID `json:"mart"`
	Token  string       `json:"token"`
}

// tokens are those in the file, oldest first.
type tokens []kept

func (t tokens) of(server string, mart order.MartID) string {
	for _, k := range t {
		if k.Server == server && k.Mart == mart {
			return k.Token
		}
	}
	return ""
}

func (t tokens) without(server string, mart order.MartID) tokens {
	return slices.DeleteFunc(slices.Clone(t), func(k kept) bool { return k.Server == server && k.Mart == mart })
}

// parseTokens reads the file. What is not a token in it makes all of it worth nothing.
func parseTokens(raw []byte) (tokens, error) {
	if len(raw) > maxFile {
		return nil, fmt.Errorf("longer than %d bytes", maxFile)
	}
	var t tokens
	if err := json.Unmarshal(raw, &t); err != nil {
		return nil, err
	}
	if len(t) > maxTokens {
		return nil, fmt.Errorf("more than %d tokens", maxTokens)
	}
	for _, k := range t {
		if k.Server == "" || k.Mart == "" || k.Token == "" || len(k.Token) > wire.MaxToken {
			return nil, errors.New("an entry is not whole")
		}
	}
	return t, nil
}

// load reads the file. One that is damaged is kept as Path + ".bad", and has no tokens.
func (v *Vault) load() (tokens, error) {
	raw, err := read(v.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read tokens: make %s a file that you may read / 등록 정보를 읽을 수 없습니다: 파일과 권한을 확인하세요: %w", v.Path, err)
	}
	t, err := parseTokens(raw)
	if err != nil {
		v.log.Error("the file of tokens is damaged", "kept", v.Path+".bad", "err", err)
		return nil, os.Rename(v.Path, v.Path+".bad")
	}
	return t, nil
}

func (v *Vault) keepInFile(server string, mart order.MartID, token string) error {
	t, err := v.load()
	if err != nil {
		return err
	}
	t = append(t.without(server, mart), kept{server, mart, token})
	return v.save(t[max(0, len(t)-maxTokens):])
}

func (v *Vault) dropFromFile(server string, mart order.MartID) error {
	t, err := v.load()
	if err != nil || t.of(server, mart) == "" {
		return err
	}
	if t = t.without(server, mart); len(t) == 0 {
		return os.Remove(v.Path)
	}
	return v.save(t)
}

func (v *Vault) save(t tokens) error {
	raw, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	if err := write(v.Path, raw); err != nil {
		return fmt.Errorf("the token was not saved: make room on the disk and check that you may write to %s / "+
			"등록 정보를 저장하지 못했습니다: 디스크 공간과 폴더 권한을 확인하세요: %w", v.Path, err)
	}
	return nil
}
