// The same JSON from encoding/json, which looks at the type when it runs, and from a few appends that know it.
package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
)

type order struct {
	ID     int64             `json:"id"`
	Name   string            `json:"name"`
	Items  []line            `json:"items"`
	Labels map[string]string `json:"labels,omitempty"`
}

type line struct {
	Article string `json:"article"`
	Count   int    `json:"count"`
}

func appendJSON(out []byte, o *order) []byte {
	out = append(out, `{"id":`...)
	out = strconv.AppendInt(out, o.ID, 10)
	out = append(out, `,"name":`...)
	out = strconv.AppendQuote(out, o.Name)
	out = append(out, `,"items":[`...)
	for i, l := range o.Items {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, `{"article":`...)
		out = strconv.AppendQuote(out, l.Article)
		out = append(out, `,"count":`...)
		out = strconv.AppendInt(out, int64(l.Count), 10)
		out = append(out, '}')
	}
	return append(out, "]}"...)
}

func sample() *order {
	o := &order{ID: 17, Name: "gopher"}
	for i := range 10 {
		o.Items = append(o.Items, line{"article " + strconv.Itoa(i), i})
	}
	return o
}

func main() {
	o := sample()
	data, err := json.Marshal(o)
	fmt.Println(err, len(data), string(data) == string(appendJSON(nil, o)))

	var back order
	fmt.Println(json.Unmarshal(data, &back), reflect.DeepEqual(*o, back))

	o.Items, o.Labels = o.Items[:1], map[string]string{"b": "2", "a": "1 < 2"}
	data, _ = json.MarshalIndent(o, "", "  ")
	fmt.Println(string(data))

	err = json.Unmarshal([]byte(`{"id": "seventeen"}`), &back)
	fmt.Println(err)
	fmt.Println(json.Unmarshal([]byte(`{"id": 1,}`), &back))

	t := reflect.TypeFor[order]()
	for f := range t.Fields() {
		fmt.Println(f.Name, f.Type, f.Tag.Get("json"), f.Offset)
	}
}

// output:
// <nil> 375 true
// <nil> true
// {
//   "id": 17,
//   "name": "gopher",
//   "items": [
//     {
//       "article": "article 0",
//       "count": 0
//     }
//   ],
//   "labels": {
//     "a": "1 \u003c 2",
//     "b": "2"
//   }
// }
// json: cannot unmarshal string into Go struct field order.id of type int64
// invalid character '}' looking for beginning of object key string
// ID int64 id 0
// Name string name 8
// Items []main.line items 24
// Labels map[string]string labels,omitempty 48
