from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.planning import Planning
from ...models.problem import Problem
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    load_id: str,
    *,
    x_sally_tenant: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_sally_tenant, Unset):
        headers["X-Sally-Tenant"] = x_sally_tenant



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/loads/{load_id}/plan".format(load_id=quote(str(load_id), safe=""),),
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Planning | Problem | None:
    if response.status_code == 202:
        response_202 = Planning.from_dict(response.json())



        return response_202

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())



        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())



        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())



        return response_404

    if response.status_code == 405:
        response_405 = Problem.from_dict(response.json())



        return response_405

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())



        return response_409

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())



        return response_422

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())



        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Planning | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    load_id: str,
    *,
    client: AuthenticatedClient,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[Planning | Problem]:
    """ Plan Now

     Plan it now, its driver's hours asked for if need be: the run under way, or a new one.

    Args:
        load_id (str): The load's id at the TMS, or its number.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Planning | Problem]
     """


    kwargs = _get_kwargs(
        load_id=load_id,
x_sally_tenant=x_sally_tenant,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    load_id: str,
    *,
    client: AuthenticatedClient,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Planning | Problem | None:
    """ Plan Now

     Plan it now, its driver's hours asked for if need be: the run under way, or a new one.

    Args:
        load_id (str): The load's id at the TMS, or its number.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Planning | Problem
     """


    return sync_detailed(
        load_id=load_id,
client=client,
x_sally_tenant=x_sally_tenant,

    ).parsed

async def asyncio_detailed(
    load_id: str,
    *,
    client: AuthenticatedClient,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[Planning | Problem]:
    """ Plan Now

     Plan it now, its driver's hours asked for if need be: the run under way, or a new one.

    Args:
        load_id (str): The load's id at the TMS, or its number.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Planning | Problem]
     """


    kwargs = _get_kwargs(
        load_id=load_id,
x_sally_tenant=x_sally_tenant,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    load_id: str,
    *,
    client: AuthenticatedClient,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Planning | Problem | None:
    """ Plan Now

     Plan it now, its driver's hours asked for if need be: the run under way, or a new one.

    Args:
        load_id (str): The load's id at the TMS, or its number.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Planning | Problem
     """


    return (await asyncio_detailed(
        load_id=load_id,
client=client,
x_sally_tenant=x_sally_tenant,

    )).parsed
