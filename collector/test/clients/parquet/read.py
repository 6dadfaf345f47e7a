"""Reads a Parquet file and a CSV file with what data people read them with; prints JSON."""

import json
import sys

import duckdb
import pyarrow.parquet as parquet

parquet_file, csv_file = sys.argv[1:]
table = parquet.read_table(parquet_file)
by_cost = "SELECT sum(total_tokens), sum(total_cost), count(*) FROM {}"
print(
    json.dumps(
        {
            "schema": {field.name: str(field.type) for field in table.schema},
            "rows": table.select(["name", "tags"]).to_pylist(),
            "start_nanos": [str(value.value) for value in table.column("start_time").combine_chunks()],
            "duckdb_types": dict(duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{parquet_file}')").fetchall()),
            "duckdb_sums": duckdb.sql(by_cost.format(f"'{parquet_file}'")).fetchall()[0],
            "csv_sums": duckdb.sql(by_cost.format(f"read_csv('{csv_file}')")).fetchall()[0],
            "csv_names": [row[0] for row in duckdb.sql(f"SELECT name FROM read_csv('{csv_file}') ORDER BY name").fetchall()],
        }
    )
)
