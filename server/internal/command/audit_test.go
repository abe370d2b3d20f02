package command

import (
	"encoding/json"
	"testing"
)

func TestTheDetailsOfAnEntryAreReadByPeople(t *testing.T) {
	var of map[string]any
	if err := json.Unmarshal([]byte(`{"seconds":2592000,"uses":3,"name":"강남점","computers":[{"computer":"pc-1","martId":"42"}]}`), &of); err != nil {
		t.Fatal(err)
	}
	if got, want := details(of), ` computers=[{"computer":"pc-1","martId":"42"}] name=강남점 seconds=2592000 uses=3`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
