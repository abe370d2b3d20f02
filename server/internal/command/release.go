package command

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"jumun/server/internal/releases"
	"jumun/shared/release"
)

// A releaseCommand has the commands about the versions of the app.
type releaseCommand struct {
	Keygen  releaseKeygenCommand  `cmd:"" help:"Make the key that signs the list of versions."`
	Add     releaseAddCommand     `cmd:"" help:"Add a version of the app, for some or all PCs."`
	Stage   releaseStageCommand   `cmd:"" help:"Say for how many PCs a version is, or begin again after it was held back."`
	Revoke  releaseRevokeCommand  `cmd:"" help:"Say that nobody may run a version: PCs go back to another one."`
	Minimum releaseMinimumCommand `cmd:"" help:"Say which version PCs must have at least: older ones update at once, in business hours too."`
	Remove  releaseRemoveCommand  `cmd:"" help:"Remove a version and its files."`
	Renew   releaseRenewCommand   `cmd:"" help:"Sign the list again, before it expires."`
	List    releaseListCommand    `cmd:"" help:"List the versions."`
}

// A releaseFolder is where the versions are, and what signs their list.
type releaseFolder struct {
	Releases   string        `required:"" type:"path" placeholder:"DIR" help:"Folder of the app's versions, to be copied to the servers afterwards."`
	ReleaseKey string        `required:"" type:"path" placeholder:"FILE" help:"Key that signs their list, of \"release keygen\". If it is encrypted, put the password into $JUMUN_RELEASE_PASSWORD."`
	Expires    time.Duration `default:"4320h" help:"How long PCs do anything by the signed list. \"release renew\" signs it again."`
	Foreign    bool          `help:"Sign a list that another key has signed, when you change keys. Look at it first: somebody else may have changed it."`
}

// edit changes the list, signs it, and prints it.
func (f releaseFolder) edit(env environment, change func(releases.Editor, *release.Manifest) error) error {
	key, err := releases.ReadKey(f.ReleaseKey, env.releasePassword)
	if errors.Is(err, releases.ErrPassword) {
		return advise(err, "put it into JUMUN_RELEASE_PASSWORD", "JUMUN_RELEASE_PASSWORD에 넣으세요")
	}
	if err != nil {
		return advise(err, `make one with "jumun-server release keygen"`, `"jumun-server release keygen"으로 만드세요`)
	}
	e := releases.Editor{Dir: f.Releases, Key: key, Life: f.Expires, Foreign: f.Foreign}
	m, err := e.Edit(time.Now(), func(m *release.Manifest) error { return change(e, m) })
	switch {
	case errors.Is(err, releases.ErrForeign):
		return advise(err, "look at it with \"release list\", and sign it with --foreign if it is right", "\"release list\"로 확인하고, 맞으면 --foreign을 붙여 서명하세요")
	case errors.Is(err, releases.ErrNoRelease):
		return advise(err, `see "jumun-server release list"`, `"jumun-server release list"를 확인하세요`)
	case err != nil:
		return err
	}
	if err := printReleases(env.stdout, m); err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.stdout, env.language.choose("now copy the folder to the servers, the new files first: ", "이제 폴더를 서버로 복사하세요. 새 파일을 먼저 복사합니다: ")+f.Releases)
	return err
}

type releaseKeygenCommand struct {
	ReleaseKey string `required:"" type:"path" placeholder:"FILE" help:"File for the key; there must be none yet."`
}

// Help says what the key is for.
func (releaseKeygenCommand) Help() string {
	return "Whoever has the key decides which program runs on every PC. Keep it off the servers, encrypted by a password in $JUMUN_RELEASE_PASSWORD, " +
		"and keep a second one elsewhere, whose public part is built in too: with it you change keys when the first is lost.\n\n" +
		"Example:\n\n  JUMUN_RELEASE_PASSWORD=… jumun-server release keygen --release-key release.key"
}

// Run makes the key.
func (c *releaseKeygenCommand) Run(env environment) error {
	public, err := releases.NewKey(c.ReleaseKey, env.releasePassword)
	if errors.Is(err, os.ErrExist) {
		return advise(err, "choose another name: PCs trust the key that is there", "다른 이름을 고르세요. 이미 PC들이 믿는 키일 수 있습니다")
	}
	if err != nil {
		return err
	}
	if env.releasePassword == "" {
		fmt.Fprintln(env.stderr, env.language.choose("the key is NOT encrypted: JUMUN_RELEASE_PASSWORD is empty", "JUMUN_RELEASE_PASSWORD가 비어 있어 키를 암호화하지 않았습니다"))
	}
	_, err = fmt.Fprintf(env.stdout, env.language.choose("%s\nbuild the app with it: make build windows UPDATE_KEYS=%[1]s\n", "%s\n이 공개 키를 넣어 앱을 빌드하세요: make build windows UPDATE_KEYS=%[1]s\n"), public)
	return err
}

type releaseAddCommand struct {
	Version   string    `arg:"" name:"release" help:"The version, such as 1.2.0."`
	Programs  []string  `arg:"" type:"existingfile" help:"The program for each platform: jumun.exe, jumun."`
	Percent   int       `default:"0" help:"For how many PCs in a hundred it is; 0: none until \"release stage\"."`
	NotBefore time.Time `placeholder:"2027-03-01T03:00:00+09:00" help:"When they may take it."`
	releaseFolder
}

// Help has an example.
func (releaseAddCommand) Help() string {
	return "Example:\n\n  jumun-server release add 1.2.0 build/windows/jumun.exe build/jumun --percent 5 --releases releases --release-key release.key"
}

// Run adds a version.
func (c *releaseAddCommand) Run(env environment) error {
	return c.edit(env, func(e releases.Editor, m *release.Manifest) error {
		if _, ok := m.Release(c.Version); ok {
			return advise(fmt.Errorf("version %s is there already", c.Version), "give what differs another version", "내용이 다르면 다른 버전 번호를 쓰세요")
		}
		added, err := e.Add(c.Version, c.Programs)
		if err != nil {
			return err
		}
		m.Releases = append(m.Releases, added)
		return releases.Stage(m, c.Version, c.Percent, c.NotBefore)
	})
}

type releaseStageCommand struct {
	Version   string    `arg:"" name:"release" help:"The version, such as 1.2.0."`
	Percent   int       `required:"" help:"For how many PCs in a hundred it is."`
	NotBefore time.Time `placeholder:"2027-03-01T03:00:00+09:00" help:"When they may take it."`
	releaseFolder
}

// Run stages a version.
func (c *releaseStageCommand) Run(env environment) error {
	return c.edit(env, func(_ releases.Editor, m *release.Manifest) error {
		return releases.Stage(m, c.Version, c.Percent, c.NotBefore)
	})
}

type releaseRevokeCommand struct {
	Version string `arg:"" name:"release" help:"The version, such as 1.2.0."`
	Undo    bool   `help:"Take the revocation back."`
	releaseFolder
}

// Run revokes a version.
func (c *releaseRevokeCommand) Run(env environment) error {
	return c.edit(env, func(_ releases.Editor, m *release.Manifest) error {
		return releases.Revoke(m, c.Version, c.Undo)
	})
}

type releaseMinimumCommand struct {
	Version string `arg:"" name:"release" help:"The version, such as 1.2.0; none: PCs may have any."`
	releaseFolder
}

// Run sets the minimum.
func (c *releaseMinimumCommand) Run(env environment) error {
	return c.edit(env, func(_ releases.Editor, m *release.Manifest) error {
		m.Minimum = c.Version
		if c.Version == "none" {
			m.Minimum = ""
		}
		return nil
	})
}

type releaseRemoveCommand struct {
	Version string `arg:"" name:"release" help:"The version, such as 1.2.0."`
	releaseFolder
}

// Run removes a version.
func (c *releaseRemoveCommand) Run(env environment) error {
	var files []string
	err := c.edit(env, func(_ releases.Editor, m *release.Manifest) (err error) {
		files, err = releases.Remove(m, c.Version)
		return err
	})
	for _, name := range files {
		if err == nil {
			err = os.Remove(filepath.Join(c.Releases, name))
		}
	}
	return err
}

type releaseRenewCommand struct{ releaseFolder }

// Run signs the list again.
func (c *releaseRenewCommand) Run(env environment) error {
	return c.edit(env, func(releases.Editor, *release.Manifest) error { return nil })
}

type releaseListCommand struct {
	Releases string `required:"" type:"path" placeholder:"DIR" help:"Folder of the app's versions."`
	JSON     bool   `name:"json" help:"Print the list as it was signed, for a script."`
}

// Run lists the versions.
func (c *releaseListCommand) Run(env environment) error {
	folder, err := openReleases(c.Releases)
	if err != nil {
		return err
	}
	defer folder.Close()
	list, err := folder.Current()
	switch {
	case err != nil:
		return advise(err, `add a version with "jumun-server release add"`, `"jumun-server release add"로 버전을 추가하세요`)
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(list.Manifest)
	}
	return printReleases(env.stdout, list.Manifest)
}

func printReleases(w io.Writer, m release.Manifest) error {
	fmt.Fprintf(w, "serial %d, minimum %s, revoked %s, expires %s\n", m.Serial, cmp.Or(m.Minimum, "none"), cmp.Or(strings.Join(m.Revoked, " "), "none"), date(m.Expires))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "VERSION\tPERCENT\tFROM\tPLATFORMS")
	for _, r := range m.Releases {
		var platforms []string
		for _, f := range r.Files {
			platforms = append(platforms, f.Platform)
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\n", r.Version, r.Percent, date(r.NotBefore), strings.Join(platforms, " "))
	}
	return t.Flush()
}
