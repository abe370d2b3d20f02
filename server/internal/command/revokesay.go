package command

import (
	"encoding/json"
	"fmt"
	"strings"

	"jumun/shared/wire"
)

// maxNamed is how many devices are named before a revocation: as many as a person reads.
const maxNamed = 20

// ends returns a sentence about what the revocation ends: devices, or tokens of a key, of which -1 is an unknown
// number.
func (c *revokeCommand) ends(in language, valid []wire.Device, tokens int64) string {
	switch {
	case c.Device != "" && c.Mart != "":
		return fmt.Sprintf(in.choose("this ends every token of %s at mart %s%s", "%s의 매장 %s 토큰이 해제됩니다%s"), c.Device, c.Mart, listed(valid))
	case c.Device != "":
		return fmt.Sprintf(in.choose("this ends every token of %s%s", "%s의 모든 토큰이 해제됩니다%s"), c.Device, listed(valid))
	case c.Key != "" && tokens >= 0:
		return fmt.Sprintf(in.choose("this ends every token that the key %s has signed, and what was made of those: %d that are in use, of devices, order services and administrators",
			"키 %s로 서명한 모든 토큰과 그 토큰을 연장한 토큰이 해제됩니다: 사용 중 %d개. 기기, 주문 서비스, 관리자"), c.Key, tokens)
	case c.Key != "":
		return fmt.Sprintf(in.choose("this ends every token that the key %s has signed, and what was made of those: of devices, order services and administrators",
			"키 %s로 서명한 모든 토큰과 그 토큰을 연장한 토큰이 해제됩니다: 기기, 주문 서비스, 관리자"), c.Key)
	case c.Mart == wire.AnyMart:
		return in.choose("this ends every device of every mart; tokens of order services and administrators stay valid",
			"모든 매장의 모든 기기가 해제됩니다. 주문 서비스와 관리자의 토큰은 그대로입니다")
	}
	return fmt.Sprintf(in.choose("this ends every device of mart %s, of which %d are known%s; tokens of order services and administrators stay valid",
		"매장 %s의 모든 기기가 해제됩니다. 등록된 기기 %d대%s. 주문 서비스와 관리자의 토큰은 그대로입니다"), c.Mart, len(valid), named(valid))
}

// named returns ": " and the names of devices, of at most maxNamed.
func named(list []wire.Device) string {
	return joined(list, func(d wire.Device) string { return fmt.Sprintf("%s (%s)", oneLine(d.Name), holderLine(d.ID)) })
}

// listed returns ": " and as what one device is listed, at each of its marts.
func listed(list []wire.Device) string {
	return joined(list, func(d wire.Device) string { return fmt.Sprintf("%s, mart %s", oneLine(d.Name), oneLine(d.MartID)) })
}

func joined(list []wire.Device, show func(wire.Device) string) string {
	var names []string
	for _, d := range list[:min(len(list), maxNamed)] {
		names = append(names, show(d))
	}
	if len(list) > maxNamed {
		names = append(names, "…")
	}
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, "; ")
}

// print prints what was done. left is how many of the devices that were connected still are.
func (c *revokeCommand) print(env environment, valid []wire.Device, left int) (err error) {
	connected := len(connectedOf(valid))
	switch {
	case c.JSON:
		return json.NewEncoder(env.stdout).Encode(struct {
			Revocation wire.Revocation `json:"revocation"`
			Devices    []wire.Device   `json:"devices,omitempty"` // that it ends, as far as they are known
			Connected  int             `json:"connected"`         // of these, before
			Left       int             `json:"stillConnected"`    // of these, after
			DryRun     bool            `json:"dryRun"`
		}{c.revocation(), valid, connected, left, c.DryRun})
	case c.DryRun:
		_, err = fmt.Fprintln(env.stdout, env.language.choose("nothing was revoked", "아무것도 해제하지 않았습니다"))
	case left > 0:
		_, err = fmt.Fprintf(env.stdout, env.language.choose("revoked; %d of %d connected devices STILL HEAR their orders: look at the servers' logs, and again with \"jumun-server devices\"\n",
			"해제했습니다. 연결된 기기 %[2]d대 중 %[1]d대가 아직 연결되어 있습니다: 서버 로그를 확인하고 \"jumun-server devices\"로 다시 확인하세요\n"), left, connected)
	case len(valid) == 0:
		_, err = fmt.Fprintln(env.stdout, env.language.choose("revoked", "해제했습니다"))
	default:
		_, err = fmt.Fprintf(env.stdout, env.language.choose("revoked; %d connected devices were cut off\n", "해제했습니다. 연결된 기기 %d대의 연결을 끊었습니다\n"), connected)
	}
	return err
}
