package settings

import (
	"fmt"
	"testing"

	"golang.org/x/sys/windows/registry"
)

func TestThePolicyOfTheRegistryIsRead(t *testing.T) {
	if p := ReadPolicy(); p != (Policy{}) {
		t.Skipf("this PC has a policy: %v", p.Managed())
	}
	key, _, err := registry.CreateKey(registry.LOCAL_MACHINE, policyKey, registry.SET_VALUE)
	if err != nil {
		t.Skip(err) // only administrators may write there
	}
	t.Cleanup(func() {
		key.Close()
		if err := registry.DeleteKey(registry.LOCAL_MACHINE, policyKey); err != nil {
			t.Error(err)
		}
	})
	for _, err := range []error{
		key.SetStringValue("Server", "https://jumun.example.com"), key.SetDWordValue("mart", 42), key.SetStringValue("Updates", "off"),
		key.SetStringsValue("Open", []string{"09:00"}), key.SetStringValue("Close", "22:00"), key.SetStringValue("Upadtes", "off"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	p := ReadPolicy()
	if p.Server != "https://jumun.example.com" || p.Mart != "42" || p.Updates != UpdatesOff || p.Hours != (Hours{}) {
		t.Errorf("%+v", p)
	}
	if told := fmt.Sprint(p.Problems()); told != "[{hours settings.value-unreadable} {upadtes settings.policy-unknown}]" {
		t.Errorf("told %s", told)
	}
}
