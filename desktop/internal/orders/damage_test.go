package orders

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"jumun/shared/order"
)

// mixed is what an inbox may know, as it was written change by change, and as it is
// written anew: orders 1 to 6, of which 2 was confirmed elsewhere, 3 and 4 here, and the
// server knows of 3 only; and a gap.
func mixed(t testing.TB) (appended, renewed []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "orders.log")
	b, err := Open(path, noon)
	if err != nil {
		t.Fatal(err)
	}
	b.Gap("42")
	for n := 1; n <= 6; n++ {
		b.Take(event("42", n))
	}
	b.Take(acked(2, 7, "주방"))
	b.Confirm(key(3), "나", noon)
	b.Confirm(key(4), "나", noon)
	sent(b, 3)
	if appended, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	if err := b.renew(noon); err != nil {
		t.Fatal(err)
	}
	if renewed, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	return appended, renewed
}

// loaded is what an inbox knows of such a file, without a disk: thousands are looked at.
func loaded(t *testing.T, raw []byte) (b *Store, damaged int) {
	t.Helper()
	b = empty("")
	damaged, err := b.read(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return b, damaged
}

// entries is all that b knows of orders.
func entries(b *Store) (all []Entry) {
	for _, e := range b.list {
		all = append(all, *e)
	}
	return all
}

// A confirmation that is lost leaves its order as it was before, which is waiting, or
// unknown and asked for again: either way it rings, and the loss is heard.
func heardOf(t *testing.T, b *Store, n int) bool {
	t.Helper()
	e, known := b.entry(key(n))
	if known {
		return e.State == Waiting || e.Unsent
	}
	return b.LastID("42").Compare(event("42", n).ID) < 0
}

func TestAFileThatLostItsEndClaimsNothingThatWasThere(t *testing.T) {
	appended, renewed := mixed(t)
	for name, raw := range map[string][]byte{"appended": appended, "renewed": renewed} {
		for end := range raw {
			b, damaged := loaded(t, raw[:end])
			if damaged != 0 {
				t.Fatalf("%s, cut at byte %d: %d damaged lines", name, end, damaged)
			}
			for _, n := range []int{1, 4, 5, 6} { // those the server takes for open
				if !heardOf(t, b, n) {
					t.Fatalf("%s, cut at byte %d: order %d is lost; %+v, last ID %s", name, end, n, b.orders[key(n)], b.LastID("42"))
				}
			}
			if b.LastID("42") != "" && !b.HasGap("42") {
				t.Fatalf("%s, cut at byte %d: the gap is lost", name, end)
			}
		}
	}
}

func TestABrokenByteLosesNothingUnheard(t *testing.T) {
	appended, renewed := mixed(t)
	for name, raw := range map[string][]byte{"appended": appended, "renewed": renewed} {
		whole, _ := loaded(t, raw)
		for at := range len(raw) - 1 { // the last one ends the last line, see above
			for _, flip := range []byte{1, 0x20, 0xff, raw[at] ^ '\n'} {
				if flip == 0 { // it is that already
					continue
				}
				garbled := bytes.Clone(raw)
				garbled[at] ^= flip
				b, damaged := loaded(t, garbled)
				if damaged == 0 && !(reflect.DeepEqual(entries(b), entries(whole)) && maps.Equal(b.gaps, whole.gaps) && maps.Equal(b.lastID, whole.lastID)) {
					t.Fatalf("%s, byte %d: %+v, and nothing is said", name, at, b)
				}
				for _, n := range []int{1, 4, 5, 6} {
					if !heardOf(t, b, n) {
						t.Fatalf("%s, byte %d: order %d is lost", name, at, n)
					}
				}
			}
		}
	}
}

// known is all that an inbox knows, as lines of text.
func known(t *testing.T, b *Store) (list []string) {
	t.Helper()
	for _, l := range b.records() {
		text, err := l.encode()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(text))
	}
	return list
}

// withSums puts the right sum before each line of body.
func withSums(body []byte) (raw []byte) {
	for text := range bytes.Lines(body) {
		text = bytes.TrimSuffix(text, []byte("\n"))
		raw = fmt.Appendf(raw, "%08x %s\n", crc32.Checksum(text, castagnoli), text)
	}
	return raw
}

// Every line of body gets its right sum here: what a disk breaks is found by the sum, and
// what is behind it must be read as well.
func FuzzAFileThatIsMadeAnewSaysTheSame(f *testing.F) {
	appended, renewed := mixed(f)
	for _, raw := range [][]byte{appended, renewed, []byte(earlier)} {
		var body []byte
		for text := range bytes.Lines(raw) {
			body = append(body, text[len("00000000 "):]...)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		b, _ := loaded(t, withSums(body))
		once := known(t, b)
		for _, text := range once {
			if len(text) > maxLine { // nothing that is taken is so long
				return
			}
		}
		again, damaged := loaded(t, []byte(strings.Join(once, "")))
		twice := known(t, again)
		slices.Sort(once) // marts are in no order
		slices.Sort(twice)
		if damaged > 0 || !slices.Equal(once, twice) {
			t.Fatalf("%d damaged\n%q\n%q", damaged, once, twice)
		}
	})
}

func TestTheLongestEntryIsReadBack(t *testing.T) {
	long := func(n int) string { return strings.Repeat("<", n) } // six bytes each, in JSON
	e := order.Event{
		ID: order.ID(long(128)), Mart: order.MartID(long(order.MaxIDLength)), Order: order.OrderID(long(order.MaxIDLength)), Kind: order.Placed, At: noon,
		Details: order.Details{Summary: long(order.MaxSummary), Amount: long(order.MaxAmount), PlacedAt: noon},
	}
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	b.Take(e)
	e.Kind, e.By = order.Acked, long(order.MaxName)
	b.Take(e)
	if b = reopened(t, b, path); len(b.orders) != 1 {
		t.Error("it is gone")
	}
}
