package orders

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

func korean(t testing.TB) *i18n.Translator {
	t.Helper()
	w, err := i18n.New("ko")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestTheFileIsWhatExcelOpens(t *testing.T) {
	b := shelf(t)
	e := event("42", 7)
	e.Order, e.At, e.Summary, e.Amount = "20240727-0007", noon, `=HYPERLINK("http://x","a"), 2줄`, "9,000원"
	b.apply(e)
	var out bytes.Buffer
	if err := b.Export(&out, ipc.Query{Text: "7", Offset: 5, Limit: 1}, korean(t)); err != nil {
		t.Fatal(err)
	}
	want := "\ufeff주문 번호,매장,들어온 시각,주문 내용,금액,상태,확인 시각,확인한 곳,취소 시각\r\n" +
		"20240727-0007,42," + noon.Local().Format(time.DateTime) + `,"'=HYPERLINK(""http://x"",""a""), 2줄","9,000원",대기 중,,,` + "\r\n"
	if out.String() != want {
		t.Errorf("it is\n%s\nwant\n%s", out.String(), want)
	}
}

func TestAllThatWasFoundIsInTheFileInItsOrder(t *testing.T) {
	b := shelf(t)
	var out bytes.Buffer
	if err := b.Export(&out, ipc.Query{Offset: 3, Limit: 1}, korean(t)); err != nil {
		t.Fatal(err)
	}
	var numbers []string
	for _, r := range parsed(t, out.Bytes())[1:] {
		numbers = append(numbers, r[0]+" "+r[5])
	}
	if got := strings.Join(numbers, ", "); got != "2 대기 중, 5 대기 중, 6 확인됨, 4 확인됨, 3 확인됨, 1 확인됨" {
		t.Error(got)
	}
}

func parsed(t *testing.T, raw []byte) [][]string {
	t.Helper()
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte(byteOrderMark))))
	in.FieldsPerRecord = 9
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestNumbersSurviveExcel(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"digits", "1001", "1001"},
		{"a date and a number", "20240727-0001", "20240727-0001"},
		{"a letter and a number", "A-12", "A-12"},
		{"hangul and a number", "포장12", "포장12"},
		{"zero", "0", "0"},
		{"zeros in front would go", "0012", "'0012"},
		{"the end of a long one would go", "202407270001", "'202407270001"},
		{"a day of the year", "3-4", "'3-4"},
		{"a month", "MAR-1", "'MAR-1"},
		{"a power of ten", "1E5", "'1E5"},
		{"a time", "12:30", "'12:30"},
		{"a formula", "=1+1", "'=1+1"},
		{"less than nothing", "-5", "'-5"},
		{"it has an apostrophe", "'12", "''12"},
		{"an emoji of three people", "👨‍👩‍👧", "'👨‍👩‍👧"},
		{"what hides a formula", "\u200d=1", "'=1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := number(tt.in); got != tt.want {
				t.Errorf("%s becomes %s", tt.in, got)
			}
		})
	}
}

func FuzzTheFileIsReadBackAndNothingIsComputed(f *testing.F) {
	for _, s := range []string{"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "a\"b,c\r\nd", "＝1", "\\.", "'", "김밥", "\xff", " =1"} {
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, number, summary, by string) {
		if number == "" {
			return
		}
		b := empty("")
		e := Entry{ID: "1-0", Mart: "42", Order: order.OrderID(number), At: noon, Summary: summary, Amount: by, State: Confirmed, By: by}
		b.set(record{Entry: &e})
		var out bytes.Buffer
		if err := b.Export(&out, ipc.Query{}, korean(t)); err != nil {
			t.Fatal(err)
		}
		rows := parsed(t, out.Bytes())
		if len(rows) != 2 {
			t.Fatalf("%d rows: %q", len(rows), out.String())
		}
		r := rows[1]
		for i, in := range map[int]string{0: number, 3: summary, 4: by, 7: by} {
			if r[i] != "" && strings.ContainsAny(r[i][:1], "=+-@") || strings.ContainsFunc(r[i], unicode.IsControl) {
				t.Fatalf("%q may be computed", r[i])
			}
			if plain := order.Line(in, len(in)); strings.TrimPrefix(r[i], "'") != plain {
				t.Fatalf("%q became %q", in, r[i])
			}
		}
	})
}

// A slow writer takes one write, then waits until it may go on: a stick in a USB port.
type slow struct{ began, goOn chan struct{} }

func (s slow) Write(p []byte) (int, error) {
	s.began <- struct{}{}
	<-s.goOn
	return len(p), nil
}

func TestAnExportToASlowDiskHoldsUpNoOrder(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	b.Take(event("42", 1))
	to, done := slow{make(chan struct{}), make(chan struct{})}, make(chan error)
	go func() { done <- b.Export(to, ipc.Query{}, korean(t)) }()
	<-to.began
	if !b.Take(event("42", 2)) || b.Find(ipc.Query{Limit: 9}).Total != 2 {
		t.Error("the order is not there")
	}
	to.goOn <- struct{}{}
	<-to.began
	to.goOn <- struct{}{}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAnExportEndsAtTheFirstError(t *testing.T) {
	b := empty("")
	crowd(b, 0, 1000, 2)
	var lengths []int
	for _, room := range []int{0, 3, 5000} {
		full := &filling{room: room}
		if err := b.Export(full, ipc.Query{}, korean(t)); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("with room for %d bytes: %v", room, err)
		}
		lengths = append(lengths, full.refused)
	}
	if !slices.Equal(lengths, []int{1, 1, 1}) {
		t.Errorf("it was refused %v times", lengths)
	}
}

// filling is a disk with so much room.
type filling struct{ room, refused int }

func (f *filling) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		f.refused++
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}
