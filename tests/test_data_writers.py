"""Writers of exported files: what a long list costs."""

import pytest

from paystackease.apis.transactions import Transactions
from paystackease.data.columns import Column
from paystackease.data.writers import writer_for


def test_a_parquet_file_has_few_row_groups_and_each_row_once_in_order(tmp_path):
    # A writer keeps the statistics of each row group until the file ends, so memory grows with their number.
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    path, columns = tmp_path / "list.parquet", [Column("id", ("id",), "integer"), Column("other", (), "json")]
    rows = ([number, None] for number in range(45_500))
    writer_for(path)(path, Transactions.list_transactions, columns, rows, ())
    file = parquet.ParquetFile(path)
    sizes = [file.metadata.row_group(index).num_rows for index in range(file.num_row_groups)]
    assert sizes == [20_000, 20_000, 5_500]
    assert file.read().to_pylist() == [{"id": number, "other": None} for number in range(45_500)]


def test_an_empty_list_is_a_parquet_file_with_columns(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    path = tmp_path / "empty.parquet"
    writer_for(path)(path, Transactions.list_transactions, [Column("id", ("id",), "integer")], iter(()), ())
    assert parquet.read_table(path).column_names == ["id"]
